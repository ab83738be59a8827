"""places: where is it, and whose place is it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dure.core.events import Line
from dure.core.links import Link, urn
from dure.core.models import Event
from dure.core.rooms import Loader, MenuEntry, Noun, Progress, Room
from dure.core.viewer import Viewer
from dure.places import builtin, table
from dure.places.models import Area, Generation, RoadGeneration
from dure.places.road_queries import known_roads
from dure.places.roads_shown import road_title


def resolve_areas(ids: Sequence[UUID], viewer: Viewer) -> Mapping[UUID, Link]:
    rows = Area.objects.filter(urn_id__in=ids).light().order_by("generation__dated", "generation__loaded_at")
    return {
        area.urn_id: Link(urn("area", area.urn_id), area.name, area.get_absolute_url(), str(area.get_level_display()))
        for area in rows
    }


def resolve_generations(ids: Sequence[UUID], viewer: Viewer) -> Mapping[UUID, Link]:
    return {
        one.pk: Link(
            urn("generation", one.pk),
            gettext("%(day)s 기준 구역") % {"day": one.dated},
            "/places/",
            gettext(one.source),
        )
        for one in Generation.objects.filter(pk__in=ids)
    }


def resolve_roads(ids: Sequence[UUID], viewer: Viewer) -> Mapping[UUID, Link]:
    return {
        road.urn_id: Link(
            urn("road", road.urn_id), road_title(road), road.get_absolute_url(), str(road.get_road_class_display())
        )
        for road in known_roads(ids)
    }


def resolve_networks(ids: Sequence[UUID], viewer: Viewer) -> Mapping[UUID, Link]:
    return {
        one.pk: Link(
            urn("roads", one.pk),
            gettext("%(day)s 기준 도로망") % {"day": one.dated},
            "/roads/",
            gettext(one.source),
        )
        for one in RoadGeneration.objects.filter(pk__in=ids)
    }


def describe(events: Sequence[Event], viewer: Viewer) -> Mapping[int, Line]:
    texts = {
        "places.generation.added": gettext("%(areas)s곳의 구역을 새로 넣었습니다."),
        "places.roads.added": gettext("도로망을 새로 넣었습니다: %(links)s구간."),
        "places.body.linked": gettext("기관을 구역에 이었습니다."),
        "places.body.unlinked": gettext("기관과 구역을 떼었습니다."),
    }
    return {
        event.seq: Line(event.seq, event.at, texts[event.type] % event.data, type=event.type)
        for event in events
        if event.type in texts
    }


def load(progress: Progress) -> None:
    from dure.places.loading import load_builtin
    from dure.places.policy import command_line

    load_builtin(by=command_line(), progress=progress)


def load_roads(progress: Progress) -> None:
    from dure.places.loading import load_builtin_roads
    from dure.places.policy import command_line

    load_builtin_roads(by=command_line(), progress=progress)


ROOM = Room(
    name="places",
    floor=1,
    question=_("어디이고, 누구의 곳인가요?"),
    about=_(
        "시도, 시군구, 읍면동의 구역을 기준일별로 두고, 좌표가 어느 구역인지, 어느 구역과 맞닿는지 답합니다. "
        "처음에는 점과 면적으로 만든 어림 구역이 있고, 공식 경계 파일을 넣으면 그것으로 바뀝니다. "
        "바뀐 코드는 옛것과 새것 어느 쪽으로도 찾습니다. "
        "도로망은 어느 지점이 어떤 도로 위인지 답하며, 표준노드링크나 OpenStreetMap 파일을 넣으면 그것으로 바뀝니다."
    ),
    nouns=(
        Noun("구역", "area", "Area"),
        Noun("구역 세대", "generation", "Generation"),
        Noun("코드 변경", "succession", "Succession"),
        Noun("구역과 기관", "area and body", "AreaBody"),
        Noun("도로망", "road generation", "RoadGeneration"),
        Noun("도로", "road", "Road"),
        Noun("도로 구간", "road link", "RoadLink"),
    ),
    verbs=("add_generation", "load_changes", "link_body", "unlink_body", "add_roads"),
    events_out={
        "places.generation.added": _("구역을 새로 넣음"),
        "places.roads.added": _("도로망을 새로 넣음"),
        "places.body.linked": _("기관을 구역에 이음"),
        "places.body.unlinked": _("기관과 구역을 뗌"),
    },
    menu=(
        MenuEntry(_("구역"), "places:list", where="footer", order=60),
        MenuEntry(_("도로"), "places:roads", where="footer", order=61),
    ),
    resolvers={
        "area": resolve_areas,
        "generation": resolve_generations,
        "road": resolve_roads,
        "roads": resolve_networks,
    },
    describe=describe,
    loaders=(
        Loader("areas", _("구역과 코드 변경"), table.version(), load),
        Loader("roads", _("어림 도로"), builtin.roads_version(), load_roads),
    ),
)
