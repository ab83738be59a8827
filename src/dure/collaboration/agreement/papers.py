"""A version of an agreement as a paper: PDF and HWPX, in Korean whatever the reader's language."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from dure.collaboration.agreement.actions import document_of
from dure.collaboration.agreement.clauses import clauses_of, day
from dure.collaboration.agreement.models import AgreementVersion
from dure.collaboration.models import Collaboration
from dure.core import clock
from dure.engines import paperwork

TYPES = {
    "pdf": "application/pdf",
    "hwpx": "application/hwp+zip",
    "json": "application/json",
}


def paper_of(version: AgreementVersion, collaboration: Collaboration) -> paperwork.Paper:
    """The tree of the paper: clauses, signatures, and at the foot of every page how to check it."""
    document = document_of(version, collaboration)
    with override("ko"):
        blocks: list[paperwork.Block] = [
            paperwork.Clause(
                f"{clause.heading}",
                f"({clause.title})",
                clause.text,
                tuple(
                    paperwork.Table(table.caption, tuple(map(str, table.head)), table.rows, table.right)
                    for table in clause.tables
                ),
            )
            for clause in clauses_of(document)
        ]
        names = [party["name"] for party in document["parties"]]
        blocks.append(paperwork.Signatures(_("서명"), _signed(version, document)))
        subtitle = " · ".join(names)
        kind = version.get_kind_display()
        subtitle += "\n" + _("%(receipt)s · 제%(n)d판(%(kind)s)") % {
            "receipt": document["collaboration"],
            "n": version.number,
            "kind": kind,
        }
        title = _("%(title)s 협약서") % {"title": document["title"]}
        return paperwork.Paper(title, tuple(blocks), subtitle, _footer(version))


def _footer(version: AgreementVersion) -> str:
    address = settings.SITE_URL + reverse("agreements:verify")
    if not version.code:
        return _("초안입니다. 서명하는 글이 아닙니다.")
    words = {"code": version.code, "address": address, "hash": version.short_hash}
    return _("확인 번호 %(code)s · %(address)s · 해시 %(hash)s") % words


def _signed(version: AgreementVersion, document: dict) -> tuple[tuple[str, str], ...]:
    given = {str(one.body_id): one for one in version.signatures.all()}
    lines = []
    for party in document["parties"]:
        one = given.get(party["body"])
        if one is None:
            said = _("아직 서명하지 않았습니다.")
        else:
            role = _("책임자") if one.role == "head" else _("담당자")
            at = clock.local(one.at)
            said = _("%(day)s %(time)s 전자서명(Ed25519), %(role)s") % {
                "day": day(at.date().isoformat()),
                "time": f"{at:%H:%M}",
                "role": role,
            }
            said += f"\n{one.value[:44]}\n{one.value[44:]}"
            if one.version.state == AgreementVersion.State.VOID:
                said += "\n" + _("새 판이 나와 효력이 없습니다.")
        lines.append((party["name"], said))
    return tuple(lines)


def file_of(version: AgreementVersion, collaboration: Collaboration, kind: str) -> bytes:
    """The bytes of the paper, always the same for the same version and signatures. `kind` pdf or hwpx."""
    paper = paper_of(version, collaboration)
    if kind == "pdf":
        return paperwork.to_pdf(paper, font_paths=[settings.FONT_DIR])
    return paperwork.to_hwpx(paper)
