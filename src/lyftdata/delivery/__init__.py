"""What inputs and outputs share: batching, retry, preprocessors, lines, payloads, names.

Below engine and components; knows no component and opens no file.
"""
