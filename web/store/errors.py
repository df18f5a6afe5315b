"""What can go wrong with the store. No message holds a value: a value may be what a person wrote."""

from __future__ import annotations


class StoreUnavailable(Exception):  # noqa: N818
    """The database is gone, hung, read-only, corrupt or not migrated; `cause` is the name of a class, nothing more.

    After a time-out of a write it is not known to be kept: it is rolled back, unless the time ran out in the commit.
    """

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


class Conflict(Exception):  # noqa: N818
    """The rules of the rows forbid the change: a name that is taken, a phrase that is no longer open, one's own model.

    `rule` says which, as a stable short text in English.
    """

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule
