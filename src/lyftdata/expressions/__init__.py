"""The little languages inside a job: expressions, `${...}`, `{{...}}`, durations.

Above core, below spec: specs parse texts with it, the engine inlines the source it writes.
"""

from lyftdata.expressions.contexts import MissingName, context_names, expand_contexts
from lyftdata.expressions.durations import DurationError, format_duration, parse_duration
from lyftdata.expressions.errors import EvaluationError, ExpressionError
from lyftdata.expressions.expression import Expression, parse_expression
from lyftdata.expressions.functions import FUNCTIONS
from lyftdata.expressions.interpret import evaluate
from lyftdata.expressions.template import Template, parse_template
from lyftdata.expressions.tools import ExpressionTools, RunWindow
from lyftdata.expressions.values import truthy

__all__ = [
    "FUNCTIONS",
    "DurationError",
    "EvaluationError",
    "Expression",
    "ExpressionError",
    "ExpressionTools",
    "MissingName",
    "RunWindow",
    "Template",
    "context_names",
    "evaluate",
    "expand_contexts",
    "format_duration",
    "parse_duration",
    "parse_expression",
    "parse_template",
    "truthy",
]
