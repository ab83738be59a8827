"""Every read of an agreement, narrowed to its viewer; and what other parts ask of the one in force."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from dure.bodies.models import Body
from dure.collaboration import parties
from dure.collaboration.agreement.actions import document_of, stamp
from dure.collaboration.agreement.clauses import Clause, Compared, clauses_of, compare
from dure.collaboration.agreement.models import (
    Agreement,
    AgreementSignature,
    AgreementVersion,
    ClauseComment,
    SigningKey,
)
from dure.collaboration.models import TOGETHER, Collaboration
from dure.core import clock
from dure.core.ids import normalise_receipt
from dure.core.keyset import Page
from dure.core.keyset import page as page_of
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.core.visibility import Withheld
from dure.engines import signing

SOON = timedelta(days=180)


@dataclass(frozen=True)
class Terms:
    """What other parts need of the agreement in force. `shares` are (body, won) of the whole term and add up."""

    starts_on: date
    ends_on: date
    after_care_body_id: UUID | None
    shares: tuple[tuple[UUID, int], ...] = ()


def terms_in_force(collaboration: Collaboration) -> Terms | None:
    """The terms that all parties signed and that have not ended; None while there are none."""
    rows = Agreement.objects.filter(collaboration=collaboration, state=Agreement.State.IN_FORCE)
    agreement = rows.select_related("in_force").first()
    if agreement is None or agreement.ends_on is None or agreement.ends_on < clock.today():
        return None
    assert agreement.in_force
    assert agreement.starts_on
    document = agreement.in_force.plain
    after = document["after_care"]["body"]
    shares = tuple((UUID(one["body"]), one["won"]) for one in document["cost"]["shares"])
    return Terms(agreement.starts_on, agreement.ends_on, UUID(after) if after else None, shares)


@dataclass(frozen=True)
class CommentView:
    """A comment, or what may be known of a withheld one."""

    id: UUID
    at: datetime
    body: Body | None = None
    text: str = ""
    withheld: Withheld | None = None


@dataclass(frozen=True)
class ClauseView:
    clause: Clause
    comments: tuple[CommentView, ...]


@dataclass(frozen=True)
class Signer:
    """A party of a version and its signature, where there is one."""

    body: Body
    signature: AgreementSignature | None
    mine: bool = False


@dataclass(frozen=True)
class VersionView:
    """One version as it is read."""

    version: AgreementVersion
    document: Mapping[str, Any]
    clauses: tuple[ClauseView, ...]
    signers: tuple[Signer, ...]
    comments: int
    may_write: bool
    may_sign: bool
    why_not_sign: str = ""

    @property
    def signed(self) -> int:
        return sum(1 for one in self.signers if one.signature)

    @property
    def waiting(self) -> list[Signer]:
        return [one for one in self.signers if one.signature is None]


@dataclass(frozen=True)
class AgreementView:
    """The agreement of a collaboration: `withheld` where this viewer may only know that there is one."""

    agreement: Agreement | None
    versions: tuple[AgreementVersion, ...] = ()
    withheld: Withheld | None = None
    may_write: bool = False
    days_left: int | None = None
    shown: VersionView | None = None
    open: AgreementVersion | None = None

    @property
    def renews_itself(self) -> bool:
        return bool(
            self.agreement and self.agreement.in_force and self.agreement.in_force.plain["renewal"] == "automatic"
        )

    @property
    def ends_soon(self) -> bool:
        return self.days_left is not None and 0 <= self.days_left <= SOON.days


def may_write(viewer: Viewer, collaboration: Collaboration) -> bool:
    return (
        viewer.may_act_for(viewer.body_id)
        and collaboration.stage in TOGETHER
        and "agreement" not in collaboration.paused
        and parties.is_party(viewer, collaboration)
    )


def agreement_view(viewer: Viewer, collaboration: Collaboration, number: int | None = None) -> AgreementView:
    """The agreement with one version: that of the number, else the one that waits, else the one in force or newest.

    Refused `not_found` for a number that is not there.
    """
    writes = may_write(viewer, collaboration)
    rows = Agreement.objects.filter(collaboration=collaboration)
    agreement = rows.visible_to(viewer).select_related("in_force", "collaboration", "renewal_refused_by").first()
    if agreement is None:
        closed = rows.withheld_from(viewer).first()
        if number is not None:
            raise Refused("not_found", _("없는 판입니다."))
        return AgreementView(None, withheld=closed.withheld if closed else None, may_write=writes)
    versions = tuple(
        agreement.versions.select_related("edited_by", "proposed_by").defer("content", "document").order_by("-number")
    )
    waiting = next((one for one in versions if one.is_open), None)
    chosen = number if number is not None else (waiting or agreement.in_force or versions[0]).number
    left = (agreement.ends_on - clock.today()).days if agreement.ends_on else None
    if agreement.state != Agreement.State.IN_FORCE:
        left = None
    shown = version_view(viewer, collaboration, agreement, chosen, writes)
    return AgreementView(agreement, versions, None, writes, left, shown, waiting)


def version_of(viewer: Viewer, collaboration: Collaboration, number: int) -> AgreementVersion:
    """Refused `not_found` where there is none that this viewer may read."""
    seen = Agreement.objects.visible_to(viewer).filter(collaboration=collaboration).values("pk")
    rows = AgreementVersion.objects.filter(agreement__in=seen, number=number)
    found = rows.select_related("agreement__in_force", "agreement__collaboration", "edited_by").first()
    if found is None:
        raise Refused("not_found", _("없는 판입니다."))
    return found


def version_view(
    viewer: Viewer, collaboration: Collaboration, agreement: Agreement, number: int, writes: bool
) -> VersionView:
    version = version_of(viewer, collaboration, number)
    document = document_of(version, collaboration)
    said = comments_of(viewer, version)
    clauses = tuple(ClauseView(one, tuple(said.get(one.key, ()))) for one in clauses_of(document))
    signers = signers_of(viewer, version, document)
    why = _why_not_sign(viewer, version, signers, collaboration) if writes else ""
    waits = writes and version.state == AgreementVersion.State.PROPOSED
    mine = any(one.mine and one.signature for one in signers)
    return VersionView(
        version,
        document,
        clauses,
        tuple(signers),
        sum(len(found) for found in said.values()),
        writes and version.is_open,
        waits and not mine and not why,
        why,
    )


def _why_not_sign(
    viewer: Viewer, version: AgreementVersion, signers: list[Signer], collaboration: Collaboration
) -> str:
    if version.state != AgreementVersion.State.PROPOSED:
        return ""
    if {one.body.pk for one in signers} != parties.party_bodies(collaboration):
        return _("협약에 적힌 기관과 지금 함께하는 기관이 달라 서명할 수 없습니다. 새 판을 만들어 주세요.")
    if viewer.kind != "person":
        return _("서명은 사람이 합니다.")
    return ""


def signers_of(viewer: Viewer, version: AgreementVersion, document: Mapping[str, Any]) -> list[Signer]:
    given = {one.body_id: one for one in version.signatures.select_related("person", "body")}
    bodies = Body.objects.in_bulk([UUID(party["body"]) for party in document["parties"]])
    return [
        Signer(bodies[UUID(party["body"])], given.get(UUID(party["body"])), UUID(party["body"]) == viewer.body_id)
        for party in document["parties"]
    ]


def comments_of(viewer: Viewer, version: AgreementVersion) -> dict[str, list[CommentView]]:
    """{clause: what parties said on it, oldest first}, withheld ones in their place."""
    rows = ClauseComment.objects.filter(version=version)
    found = [
        (row.clause, CommentView(row.pk, row.created_at, row.body, row.text))
        for row in rows.visible_to(viewer).select_related("body")
    ]
    found += [
        (row.clause, CommentView(row.pk, row.created_at, withheld=row.withheld)) for row in rows.withheld_from(viewer)
    ]
    said: dict[str, list[CommentView]] = {}
    for clause, view in sorted(found, key=lambda one: (one[1].at, one[1].id)):
        said.setdefault(clause, []).append(view)
    return said


def comparison(viewer: Viewer, collaboration: Collaboration, before: int, after: int) -> list[Compared]:
    """Two versions clause by clause. Refused `not_found`."""
    one, two = (version_of(viewer, collaboration, number) for number in (before, after))
    return compare(
        clauses_of(document_of(one, collaboration)),
        clauses_of(document_of(two, collaboration)),
    )


def signatures_of(version: AgreementVersion) -> list[signing.Signature]:
    rows = version.signatures.order_by("body_id")
    return [signing.Signature(str(one.body_id), one.role, stamp(one.at), str(one.key_id), one.value) for one in rows]


def public_keys(version: AgreementVersion) -> dict[str, tuple[str, str]]:
    rows = SigningKey.objects.filter(pk__in=version.signatures.values("key"))
    return {str(row.pk): (str(row.body_id), row.public) for row in rows}


def sealed_file(version: AgreementVersion) -> bytes:
    """The sealed file of a version that all its parties signed. Refused `conflict` before."""
    document = version.plain if version.document else {"parties": [1]}
    found = signatures_of(version)
    if version.in_force_at is None or len(found) != len(document["parties"]):
        raise Refused("conflict", _("모두 서명한 판만 봉인 파일이 됩니다."))
    slugs = Body.objects.filter(pk__in=[UUID(one.body) for one in found]).values_list("pk", "slug")
    return signing.seal(
        document,
        found,
        public_keys(version),
        code=str(version.code),
        verify_at=settings.SITE_URL + reverse("agreements:verify"),
        keys_at={str(id): settings.SITE_URL + reverse("agreements:keys", args=[slug]) for id, slug in slugs},
    )


def keys_of(body: Body) -> list[SigningKey]:
    """Every public key the body ever signed with, newest first."""
    return list(SigningKey.objects.filter(body=body).order_by("-created_at", "-id"))


def known_keys(ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """{key id: (body, public)} of those ids that this installation published."""
    wanted = []
    for id in ids:
        try:
            wanted.append(UUID(id))
        except ValueError:
            continue
    rows = SigningKey.objects.filter(pk__in=wanted)
    return {str(row.pk): (str(row.body_id), row.public) for row in rows}


def by_code(viewer: Viewer, code: str) -> AgreementVersion | None:
    """The version with this verification code, as a person may type it; None where there is none to see."""
    seen = Agreement.objects.visible_to(viewer).values("pk")
    rows = AgreementVersion.objects.filter(agreement__in=seen, code=normalise_receipt(code))
    return rows.select_related("agreement__collaboration__call").first()


FILTERS = ("all", "in_force", "ending", "lapsed", "terminated", "making")


def agreements(viewer: Viewer, state: str = "all") -> QuerySet[Agreement]:
    """Agreements that this viewer may read. `ending`: in force, with its end within 180 days."""
    today = clock.today()
    q = {
        "in_force": Q(state="in_force"),
        "ending": Q(state="in_force", ends_on__lte=today + SOON),
        "lapsed": Q(state="lapsed"),
        "terminated": Q(state="terminated"),
        "making": Q(state="making"),
    }.get(state, Q())
    return Agreement.objects.visible_to(viewer).filter(q).select_related("collaboration__call", "collaboration__body")


@dataclass(frozen=True)
class Row:
    """A line of the list of agreements. `days_left` until the end of one in force."""

    agreement: Agreement
    title: str
    receipt: str
    bodies: tuple[Body, ...]
    days_left: int | None

    @property
    def soon(self) -> bool:
        return self.days_left is not None and self.days_left <= SOON.days


def rows_of(found: list[Agreement]) -> list[Row]:
    """Lines with a fixed number of queries."""
    members: dict[UUID, list[Body]] = {}
    from dure.collaboration.models import Party

    wanted = [one.collaboration_id for one in found]
    for party in Party.objects.filter(collaboration__in=wanted, left_at=None).select_related("body"):
        members.setdefault(party.collaboration_id, []).append(party.body)
    today = clock.today()
    return [
        Row(
            one,
            one.collaboration.call.title,
            one.collaboration.receipt,
            tuple(members.get(one.collaboration_id, ())),
            (one.ends_on - today).days if one.ends_on and one.state == Agreement.State.IN_FORCE else None,
        )
        for one in found
    ]


def every_row(viewer: Viewer, state: str) -> Iterator[Row]:
    """All lines, a hundred at a time."""
    after, more = "", True
    while more:
        found: Page[Agreement] = page_of(
            agreements(viewer, state), order=("-changed_at", "-id"), after=after, limit=100, name="agreements"
        )
        yield from rows_of(found.items)
        after, more = found.next, bool(found.next)


def withheld_count(viewer: Viewer) -> int:
    return Agreement.objects.all().withheld_from(viewer).count()


def state_of(viewer: Viewer, collaborations: Iterable[UUID]) -> dict[UUID, str]:
    """{collaboration: state of its agreement} for those that are over, to be shown beside the stage."""
    rows = Agreement.objects.visible_to(viewer).filter(
        collaboration__in=list(collaborations), state__in=["lapsed", "terminated"]
    )
    return dict(rows.values_list("collaboration", "state"))
