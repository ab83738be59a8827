"""What a judge reads: entries under a code, names covered, one's own marks and nobody else's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from dure.contests import policy
from dure.contests.actions.judge import check_invitation, digest
from dure.contests.masking import mask, names_of
from dure.contests.models import Contest, Criterion, Declaration, Entry, Judge, Sheet, State
from dure.core.models import Attachment
from dure.core.refused import Refused
from dure.core.viewer import Viewer


@dataclass(frozen=True)
class JudgeEntry:
    """An entry as a judge sees it. `tied`: left out for a tie, so there is nothing but its code."""

    id: UUID
    code: str
    tied: bool
    declared: bool
    title: str = ""
    summary: str = ""
    answers: tuple[tuple[Criterion, str], ...] = ()
    who: tuple[str, ...] = ()
    files: tuple[tuple[int, str], ...] = ()
    sheet: Sheet | None = None

    @property
    def finished(self) -> bool:
        return self.sheet is not None and self.sheet.finished_at is not None


def judge_entries(judge: Judge, contest: Contest) -> list[JudgeEntry]:
    """All entries by code, with what this judge has done of each."""
    rows = list(contest.entries.filter(state=Entry.State.HANDED_IN).prefetch_related("bodies__body").order_by("code"))
    declared = {one.entry_id: one for one in Declaration.objects.filter(judge=judge, entry__in=rows)}
    sheets = {one.entry_id: one for one in Sheet.objects.filter(judge=judge, entry__in=rows)}
    covered = _names(rows) if contest.blind else {}
    found = []
    for row in rows:
        said = declared.get(row.pk)
        if said is not None and said.kind != Declaration.Kind.NONE:
            found.append(JudgeEntry(row.pk, row.code, True, True))
            continue
        title = mask(row.title, covered[row.pk]) if contest.blind else row.title
        found.append(JudgeEntry(row.pk, row.code, False, said is not None, title, sheet=sheets.get(row.pk)))
    return found


def _names(rows: Sequence[Entry]) -> dict[UUID, list[str]]:
    """What is covered in each entry; one look-up for all."""
    bodies = {one.body_id: one.body for row in rows for one in row.bodies.all()}
    by_body = names_of(bodies.values())
    return {
        row.pk: [name for one in row.bodies.all() for name in by_body[one.body_id]] + list(row.masked) for row in rows
    }


def judge_entry(viewer: Viewer, contest: Contest, id: UUID) -> JudgeEntry:
    """One entry for the judge who looks. Refused for who is no judge now, and where it is none of the contest's."""
    judge = policy.must_judge(viewer, contest)
    policy.must_be(contest, State.JUDGING)
    row = contest.entries.filter(state=Entry.State.HANDED_IN, pk=id).prefetch_related("bodies__body").first()
    if row is None:
        raise Refused("not_found", _("없는 응모입니다."))
    row.contest = contest
    said = Declaration.objects.filter(judge=judge, entry=row).first()
    if (said is not None and said.kind != Declaration.Kind.NONE) or policy.belongs_to(judge, row):
        return JudgeEntry(row.pk, row.code, True, True)
    view = blind_view(contest, row)
    sheet = Sheet.objects.filter(judge=judge, entry=row).prefetch_related("scores__criterion").first()
    return JudgeEntry(**{**view, "declared": said is not None, "sheet": sheet})


def blind_view(contest: Contest, row: Entry) -> dict[str, Any]:
    """The fields of `JudgeEntry` as judges read this entry."""
    names = _names([row])[row.pk] if contest.blind else []

    def shown(text: str) -> str:
        return mask(text, names) if contest.blind else text

    return {
        "id": row.pk,
        "code": row.code,
        "tied": False,
        "declared": False,
        "title": shown(row.title),
        "summary": shown(row.summary),
        "answers": tuple((one, shown(str(row.answers.get(one.key, "")))) for one in contest.criteria.all()),
        "who": () if contest.blind else tuple(one.body.name for one in row.bodies.all()),
        "files": tuple((n, name) for n, name, _file in _files(contest, row)),
    }


def _files(contest: Contest, row: Entry) -> list[tuple[int, str, Attachment]]:
    """Number, what it is called for judges, and the file; in a blind contest those that the organiser cleared."""
    rows = Attachment.objects.filter(subject=row.urn, removed_at=None).select_related("blob")
    if contest.blind:
        rows = rows.filter(pk__in=row.cleared_files)
    found = []
    for number, file in enumerate(rows.order_by("created_at", "id"), start=1):
        end = file.name.rpartition(".")[2]
        said = _("첨부 %(n)d.%(end)s") % {"n": number, "end": end} if contest.blind else file.name
        found.append((number, said, file))
    return found


def file_for_judge(viewer: Viewer, contest: Contest, id: UUID, number: int) -> tuple[str, Attachment]:
    """A file a judge may open, with the name under which it is handed out."""
    judge = policy.must_judge(viewer, contest)
    policy.must_be(contest, State.JUDGING)
    row = contest.entries.filter(state=Entry.State.HANDED_IN, pk=id).first()
    if row is None:
        raise Refused("not_found", _("없는 응모입니다."))
    policy.must_have_no_tie(judge, row)
    for n, name, file in _files(contest, row):
        if n == number:
            return name, file
    raise Refused("not_found", _("이런 파일이 없습니다."))


def own_sheet(sheet: Sheet | None) -> dict[str, Any]:
    """One's own points and comment as a form takes them."""
    if sheet is None:
        return {}
    points = {f"points_{score.criterion.key}": str(score.points) for score in sheet.scores.all()}
    return {**points, "comment": sheet.comment}


def invitation_of(viewer: Viewer, token: str) -> Judge:
    """The invitation behind a letter's link, for the person it went to."""
    row = Judge.objects.select_related("contest__body").filter(token_hash=digest(token)).first()
    if row is None:
        raise Refused("not_found", _("이런 초대가 없습니다. 주소를 끝까지 옮겼는지 보아 주세요."))
    check_invitation(row, viewer)
    return row


def my_judging(viewer: Viewer, contest: Contest) -> Judge | None:
    """The judge that the viewer is now, None for others."""
    if viewer.person_id is None:
        return None
    return contest.judges.filter(person_id=viewer.person_id, state=Judge.State.ACCEPTED).first()
