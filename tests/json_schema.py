"""JSON Schemas in tests: a schema is itself checked once in a process, not again for each value,
which takes a hundred times as long as the value.
"""

import functools
import json
from typing import Any

from jsonschema.exceptions import best_match
from jsonschema.protocols import Validator
from jsonschema.validators import validator_for


def validator_of(schema: Any) -> Validator:
    """What checks values by this schema; SchemaError where that is none."""
    return _checked(json.dumps(schema))


def validate(value: Any, schema: Any) -> None:
    """As `jsonschema.validate`: ValidationError where the value does not hold to the schema."""
    if wrong := best_match(validator_of(schema).iter_errors(value)):
        raise wrong


@functools.cache
def _checked(text: str) -> Validator:
    schema = json.loads(text)
    kind = validator_for(schema)
    kind.check_schema(schema)
    checked: Validator = kind(schema)
    return checked
