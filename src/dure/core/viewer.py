"""Viewer: who is asking. Passed as an argument through every action and query; there is no global request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from dure.core.refused import Refused

Kind = Literal["anonymous", "person", "system", "link"]
Role = Literal["head", "officer", "reader"]


@dataclass(frozen=True, slots=True)
class Viewer:
    """Anybody, a person, a person acting for a body in a role, another system with a key, or a follow link's holder.

    `person_id` and `body_id` are row ids; `role` is set only together with `body_id`; `scopes` belong to a system's
    key; `staff_session_id` is an operator's running staff session; `link_urn` is the one subject
    a follow link opens.
    """

    kind: Kind = "anonymous"
    person_id: UUID | None = None
    body_id: UUID | None = None
    role: Role | None = None
    scopes: frozenset[str] = field(default_factory=frozenset)
    staff_session_id: UUID | None = None
    key_id: UUID | None = None
    link_urn: str | None = None

    @staticmethod
    def anonymous() -> Viewer:
        return Viewer()

    @staticmethod
    def person(
        person_id: UUID,
        body_id: UUID | None = None,
        role: Role | None = None,
        *,
        staff_session_id: UUID | None = None,
    ) -> Viewer:
        return Viewer("person", person_id=person_id, body_id=body_id, role=role, staff_session_id=staff_session_id)

    @staticmethod
    def system(body_id: UUID, scopes: frozenset[str], key_id: UUID) -> Viewer:
        return Viewer("system", body_id=body_id, scopes=scopes, key_id=key_id)

    @staticmethod
    def link(urn: str) -> Viewer:
        return Viewer("link", link_urn=urn)

    @property
    def is_person(self) -> bool:
        return self.person_id is not None

    @property
    def operator(self) -> bool:
        """Runs the installation, inside a staff session."""
        return self.staff_session_id is not None

    @property
    def is_official(self) -> bool:
        """Acts for a body, in whatever role."""
        return self.body_id is not None

    def reads_for(self, body_id: UUID | None) -> bool:
        """May read what that body keeps to itself."""
        if body_id is None or self.body_id != body_id:
            return False
        return self.kind == "person" or "read" in self.scopes

    def may_act_for(self, body_id: UUID | None) -> bool:
        """May write in that body's name: its head or officer, or its system with the scope `write`."""
        if body_id is None or self.body_id != body_id:
            return False
        if self.kind == "system":
            return "write" in self.scopes
        return self.role in ("head", "officer")

    def must_act_for(self, body_id: UUID | None, message: str) -> None:
        """Refuse with `message` unless `may_act_for`."""
        if not self.may_act_for(body_id):
            raise Refused("not_signed_in" if self.kind == "anonymous" else "not_allowed", message)
