"""What a component is: closed typed settings, behaviour, executable examples. The plugin contract.

Above the little languages (`expressions`, `times`, `lua`), below the documents (`dsl`).
"""
