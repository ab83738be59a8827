from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from dure.benefits.models import CounterConsent, SavedHousehold, Watch
from dure.benefits.reading import library
from dure.benefits.shown import LEVELS, text, to_check
from dure.benefits.told import Told, Unreadable, unpacked
from dure.core import keyset, tokens
from dure.core.events import Line
from dure.core.keyset import Page
from dure.core.links import Link, parse
from dure.core.models import Confirmation, Event
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.engines.rules.benefit import Benefit
from dure.engines.rules.catalogue import area_start
from dure.places import table


@dataclass(frozen=True)
class BenefitLine:
    """A benefit as lists show it, in one language."""

    id: str
    name: str
    korean: str
    category: str
    level: str
    level_name: str
    body: str
    areas: tuple[str, ...]
    summary: str
    checked: bool


@lru_cache(maxsize=8)
def areas(on: date, lang: str) -> Mapping[str, str]:
    """Code of ten digits → name with its province, of municipalities (and Sejong) on that day."""
    korean = lang in {"ko", "zh", "ja"}

    def name(row: table.Row) -> str:
        return row.name_ko if korean else row.name_en

    provinces = {row.code: row for row in table.on(on, "sido")}
    found = {}
    for row in table.on(on, "sigungu"):
        above = provinces.get(row.parent)
        found[row.code] = name(row) if above is None else f"{name(above)} {name(row)}"
    return found


def areas_by_province(on: date, lang: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """For a select: provinces with their municipalities."""
    korean = lang in {"ko", "zh", "ja"}
    below: dict[str, list[tuple[str, str]]] = {}
    for row in table.on(on, "sigungu"):
        below.setdefault(row.parent, []).append((row.code, row.name_ko if korean else row.name_en))
    found = []
    for row in table.on(on, "sido"):
        name = row.name_ko if korean else row.name_en
        inside = sorted(below.get(row.code, []), key=lambda one: one[1])
        if inside:
            found.append((name, inside))
    return found


def area_name(code: str, on: date, lang: str) -> str:
    """The name of a code as rule files write it (two to ten digits)."""
    full = code.ljust(10, "0")
    row = table.by_code().get(full)
    return code if row is None else (row.name_ko if lang in {"ko", "zh", "ja"} else row.name_en)


def benefit(id: str, on: date) -> Benefit:
    """Refused `not_found`."""
    found = library().rules.benefits.get(id)
    if found is None:
        raise Refused("not_found", _("이런 혜택이 없습니다. 목록에서 찾아 주세요."))
    return found


def line_of(one: Benefit, on: date, lang: str) -> BenefitLine:
    return BenefitLine(
        id=one.id,
        name=text(one.names, lang),
        korean=one.names["ko"],
        category=category_name(one, lang),
        level=one.level,
        level_name=str(LEVELS[one.level]),
        body=one.body,
        areas=tuple(area_name(code, on, lang) for code in one.areas),
        summary=text(one.about.get("summary"), lang),
        checked=not to_check(one, lang),
    )


def benefits(
    on: date, lang: str, *, q: str = "", category: str = "", level: str = "", area: str = ""
) -> list[BenefitLine]:
    """Benefits in force on a day, by level and name. `q`: words of its name, provider or category, in any language;
    `area`: those that hold there (all national ones, and the local ones of that place)."""
    wanted = "".join(q.casefold().split())
    found = []
    for one in library().rules.benefits.values():
        if not one.in_force(on) or (category and one.category != category) or (level and one.level != level):
            continue
        if area and one.areas and not any(area.startswith(area_start(code)) for code in one.areas):
            continue
        said = " ".join([*one.names.values(), one.body, one.category, category_name(one, lang), *one.law, one.id])
        if wanted and wanted not in "".join(said.casefold().split()):
            continue
        found.append(line_of(one, on, lang))
    return sorted(found, key=lambda line: (list(LEVELS).index(line.level), line.name))


def category_name(one: Benefit, lang: str) -> str:
    return text(one.about.get("category"), lang) or one.category


def categories(on: date, lang: str) -> list[tuple[str, str]]:
    """Kinds of benefits in force: as the files key them (in Korean), and in a language."""
    force = [one for one in library().rules.benefits.values() if one.category and one.in_force(on)]
    return sorted({one.category: category_name(one, lang) for one in force}.items(), key=lambda pair: pair[1])


def watches_of(viewer: Viewer) -> QuerySet[Watch]:
    """The watches of a person, newest first."""
    if viewer.person_id is None:
        return Watch.objects.none()
    return Watch.objects.filter(person_id=viewer.person_id).order_by("-created_at")


def watch(viewer: Viewer, id: UUID, token: str = "") -> Watch:
    """A watch of one's own, or the one a link opens. Refused `not_found` for everything else."""
    row = Watch.objects.filter(pk=id).first()
    if row is not None:
        if viewer.person_id is not None and row.person_id == viewer.person_id:
            return row
        if token and constant_time_compare(token, tokens.token_of("benefits.watch", row.pk)):
            return row
    raise Refused("not_found", _("이런 알림이 없습니다. 이미 지우셨을 수 있습니다."))


def watch_of(confirmation: Confirmation) -> Watch | None:
    return Watch.objects.filter(pk=parse(confirmation.thing)[1]).first()


def saved(viewer: Viewer) -> SavedHousehold | None:
    if viewer.person_id is None:
        return None
    return SavedHousehold.objects.filter(person_id=viewer.person_id).first()


def saved_told(viewer: Viewer) -> Told:
    """What a person had kept. Refused `not_found`, or `gone` where it can no longer be read."""
    row = saved(viewer)
    if row is None:
        raise Refused("not_found", _("저장해 두신 것이 없습니다."))
    try:
        return unpacked(row.told, "saved", library().rules.catalogue)
    except Unreadable:
        raise Refused("gone", _("저장해 두신 것을 더는 읽을 수 없습니다. 지우고 새로 적어 주세요.")) from None


def consents(viewer: Viewer, *, after: str = "", limit: int = 20) -> Page[CounterConsent]:
    """What people at the counters of one's body agreed to, newest first."""
    rows = CounterConsent.objects.filter(body_id=viewer.body_id).select_related("officer", "body")
    return keyset.page(rows, order=("-given_at", "-pk"), after=after, limit=limit, name="benefits.consents")


def consent(viewer: Viewer, id: UUID, *, lock: bool = False) -> CounterConsent:
    """One of one's own body. Refused `not_found`."""
    rows = CounterConsent.objects.filter(pk=id, body_id=viewer.body_id)
    row = (rows.select_for_update() if lock else rows.select_related("officer", "body")).first()
    if row is None or viewer.body_id is None:
        raise Refused("not_found", _("이런 동의 기록이 없습니다."))
    return row


def consent_id(text: str) -> UUID:
    """Refused `not_found` for what is no id."""
    try:
        return UUID(text)
    except ValueError:
        raise Refused("not_found", _("이런 동의 기록이 없습니다.")) from None


def consent_told(viewer: Viewer, id: UUID) -> Told:
    """What was kept under a consent that still holds, to go on with. Refused `not_found`, `conflict`, `gone`."""
    row = consent(viewer, id)
    if not row.told or not row.holds:
        raise Refused("conflict", _("이 동의에는 남긴 것이 없습니다. 동의를 다시 받아 주세요."))
    try:
        told = unpacked(row.told, "consent", library().rules.catalogue)
    except Unreadable:
        raise Refused("gone", _("저장해 두신 것을 더는 읽을 수 없습니다. 지우고 새로 적어 주세요.")) from None
    told.consent = str(row.pk)
    return told


def resolve_consents(ids: Sequence[UUID], viewer: Viewer) -> Mapping[UUID, Link]:
    """For officials of the body that holds them; nobody else hears that they are there."""
    if viewer.body_id is None or viewer.kind != "person":
        return {}
    rows = CounterConsent.objects.filter(pk__in=ids, body_id=viewer.body_id)
    title = _("창구 동의 %(number)s")
    return {
        row.pk: Link(row.urn, title % {"number": row.number}, reverse("benefits:consent", args=[row.pk]))
        for row in rows
    }


def resolve_watches(ids: Sequence[UUID], viewer: Viewer) -> Mapping[UUID, Link]:
    if viewer.person_id is None:
        return {}
    rows = Watch.objects.filter(pk__in=ids, person_id=viewer.person_id)
    return {row.pk: Link(row.urn, _("혜택 알림"), row.path) for row in rows}


def describe(events: Sequence[Event], viewer: Viewer) -> Mapping[int, Line]:
    """Events of consents for officials of their body, of watches for the person they are of; nothing for others."""
    ids = {event.seq: parse(event.subject) for event in events}
    theirs = resolve_consents([id for kind, id in ids.values() if kind == "benefit_consent"], viewer)
    own = resolve_watches([id for kind, id in ids.values() if kind == "benefit_watch"], viewer)
    said = {
        "benefits.consent.recorded": _("창구에서 동의를 받았습니다."),
        "benefits.consent.withdrawn": _("동의를 거두었습니다."),
        "benefits.referred": _("혜택 신청으로 넘겼습니다."),
    }
    known = library().rules.benefits
    lines = {}
    for event in events:
        _kind, id = ids[event.seq]
        if id in theirs and event.type in said:
            lines[event.seq] = Line(event.seq, event.at, said[event.type], url=theirs[id].url, type=event.type)
        elif id in own:
            listed = [*event.data.get("age", []), *event.data.get("rule", [])]
            names = ", ".join(known[one].names["ko"] for one in listed if one in known)
            words = _("알려 달라고 하신 혜택에 바뀐 것이 있습니다: %(names)s") % {"names": names}
            lines[event.seq] = Line(event.seq, event.at, words, url=own[id].url, type=event.type)
    return lines
