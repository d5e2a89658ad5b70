"""Frozen: the base of all groups of settings; nothing in a scenario changes after it was built and checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn, Self

from pydantic import BaseModel, ConfigDict


class FrozenDict(dict[Any, Any]):
    """A dictionary that cannot be changed, and therefore has a hash."""

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError(
            "a scenario is frozen: its sums and ranges were checked when it was built. Compose another one with "
            "load_scenario([...])"
        )

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _refuse

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[type[FrozenDict], tuple[dict[Any, Any]]]:
        return FrozenDict, (dict(self),)

    def __copy__(self) -> FrozenDict:
        return self

    def __deepcopy__(self, memo: Any) -> FrozenDict:
        return self


def frozen(value: Any) -> Any:
    """The value with every dictionary in it frozen."""
    return FrozenDict({k: frozen(v) for k, v in value.items()}) if isinstance(value, dict) else value


class Frozen(BaseModel):
    """Base of all groups: unknown names refused, nothing changed after building."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    def model_post_init(self, context: Any, /) -> None:
        """Freeze the dictionaries as well."""
        for name, value in self.__dict__.items():
            self.__dict__[name] = frozen(value)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with some values changed (and not checked again), frozen too."""
        return super().model_copy(update=frozen(dict(update)) if update else None, deep=deep)
