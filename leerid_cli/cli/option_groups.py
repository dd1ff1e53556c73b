"""Option groups: a command takes several options as one parameter, whose type is a frozen dataclass.

Each field of the dataclass is declared as a parameter of a command would be: `Annotated` with `typer.Option`, and a
default. Typer itself knows no groups (docs/decisions/070-option-groups.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import MISSING, fields, is_dataclass
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Any, get_type_hints


def with_groups(function: Callable[..., None]) -> Callable[..., None]:
    """Return `function` as Typer is to see it: each option of a group is a parameter, in the place of the group.

    `function` itself is called with the groups, made of the values of their options. Raises ValueError where two
    parameters have the same name, such as an option that is in two groups.
    """
    groups: dict[str, Any] = {}
    parameters: list[Parameter] = []
    for parameter in signature(function, eval_str=True).parameters.values():
        if is_dataclass(parameter.annotation):
            groups[parameter.name] = parameter.annotation
            parameters += _options(parameter.annotation)
        else:
            parameters.append(parameter.replace(kind=Parameter.KEYWORD_ONLY))

    @wraps(function)
    def command(**values: Any) -> None:
        made = {
            name: group(**{option.name: values.pop(option.name) for option in fields(group)})
            for name, group in groups.items()
        }
        function(**values, **made)

    command.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return command


def _options(group: Any) -> Iterator[Parameter]:
    """Yield the options of a group as parameters, in the order of its fields."""
    types = get_type_hints(group, include_extras=True)
    for option in fields(group):
        default = option.default if option.default_factory is MISSING else option.default_factory()
        yield Parameter(
            option.name,
            Parameter.KEYWORD_ONLY,
            default=Parameter.empty if default is MISSING else default,
            annotation=types[option.name],
        )
