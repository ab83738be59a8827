"""The areas that come with a fresh clone, once they are in."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import shapely
from django.db import IntegrityError

from dure.core.models import Event
from dure.core.refused import Refused
from dure.core.viewer import Viewer
from dure.places import actions, queries, table
from dure.places.loading import load_builtin, present_pieces
from dure.places.models import Area, Generation, Succession
from dure.places.policy import command_line

BEFORE = date(2025, 1, 1)


@pytest.mark.usefixtures("areas")
class TestBuiltIn:
    def test_everything_says_that_it_is_approximate(self) -> None:
        assert not Area.objects.filter(approximate=False).exists()
        assert all(g.approximate for g in Generation.objects.all())
        assert Generation.objects.filter(active=True).count() == 1

    def test_areas_are_a_coverage_on_every_level(self) -> None:
        for level in ("sido", "sigungu"):
            shapes = [shapely.from_wkb(bytes(a.geometry)) for a in Area.objects.filter(
                generation=queries.generation(), level=level)]  # fmt: skip
            assert shapely.coverage_is_valid(shapes)

    def test_points_are_found_on_either_side_of_the_reform(self) -> None:
        gwangju_city_hall, incheon_airport = (126.8514, 35.1601), (126.4407, 37.4602)
        today, then = queries.locate(*gwangju_city_hall), queries.locate(*gwangju_city_hall, on=BEFORE)
        assert today is not None
        assert then is not None
        assert today.area.name_ko == then.area.name_ko == "서구"
        assert (today.area.code[:2], then.area.code[:2]) == ("12", "29")
        assert today.approximate
        yeongjong, jung = queries.locate(*incheon_airport), queries.locate(*incheon_airport, on=BEFORE)
        assert yeongjong is not None
        assert jung is not None
        assert (yeongjong.area.name_ko, jung.area.name_ko) == ("영종구", "중구")

    def test_a_day_before_everything_is_answered_with_the_oldest(self) -> None:
        assert queries.generation(date(1990, 1, 1)).dated == date(2024, 1, 18)

    def test_a_point_off_an_approximate_coast_says_how_far(self) -> None:
        found = queries.locate(129.62, 35.95)  # at sea off Pohang
        assert found is not None
        assert 0 < found.distance_m <= queries.NEAR_COAST_M
        assert queries.locate(135.0, 30.0) is None

    def test_a_point_that_is_none_is_refused(self) -> None:
        for lon, lat in ((200.0, 37.0), (127.0, 91.0), (float("nan"), 37.0)):
            with pytest.raises(Refused) as refused:
                queries.locate(lon, lat)
            assert refused.value.code == "invalid"
        with pytest.raises(Refused):
            queries.locate(127.0, 37.0, level="planet")

    def test_many_points_at_once_agree_with_one_by_one(self) -> None:
        points = [(row.lon, row.lat) for row in table.on(date(2026, 7, 1), "sigungu")]
        single = [queries.index()[1].locate(*p) for p in points]  # type: ignore[union-attr]
        assert queries.locate_many(points) == single

    def test_neighbours_of_a_county(self) -> None:
        names = {b.area.name_ko for b in queries.neighbours("4182000000")}
        assert {"춘천시", "포천시"} <= names
        assert queries.neighbours("5011000000")[0].area.name_ko == "서귀포시"

    def test_areas_know_their_local_government_and_back(self) -> None:
        body = table.body_id("4182000000")
        assert queries.bodies_of("4182000000") == [(body, "governs")]
        assert [a.code for a in queries.areas_of_body(body)] == ["4182000000"]
        sejong = table.body_id("3600000000")
        assert {a.code for a in queries.areas_of_body(sejong)} == {"3600000000", "3611000000"}
        jeju = {body_id for body_id, _role in queries.bodies_of("5011000000")}
        assert jeju == {table.body_id("5011000000"), table.body_id("5000000000")}

    def test_a_body_of_before_the_reform_finds_the_areas_of_today(self) -> None:
        old = table.body_id("2811000000")
        assert {a.name_ko for a in queries.areas_of_body(old)} == {"제물포구", "영종구"}

    def test_the_row_ids_of_bodies_are_those_of_the_room_of_bodies(self) -> None:
        from dure.bodies import names

        assert table.body_id("1100000000") == names.body_id("1100000000")

    def test_search_by_name_code_and_old_code(self) -> None:
        def codes(text: str, **kwargs: Any) -> set[str]:
            return set(queries.search(text, **kwargs).values_list("code", flat=True))

        assert codes("가평") == {"4182000000"}
        assert codes("41820") == {"4182000000"}
        assert codes("gapyeong") == {"4182000000"}
        assert codes("28110") == {"2812500000", "2815500000"}
        assert codes("부산 중구", level="sigungu") == {"2611000000"}
        assert codes("중구", level="sigungu") >= {"1114000000", "2611000000"}
        assert codes("없는곳") == set()

    def test_a_split_code_is_gone_and_names_what_it_became(self) -> None:
        with pytest.raises(Refused) as refused:
            queries.area("2811000000")
        assert refused.value.code == "gone"
        assert "제물포구" in refused.value.message
        assert queries.area("2811000000", BEFORE).name_ko == "중구"
        assert queries.area("46110").code == "1211000000"
        with pytest.raises(Refused) as unknown:
            queries.area("9999999999")
        assert unknown.value.code == "not_found"

    def test_history_shows_both_sides(self) -> None:
        rows = queries.history("2812500000")
        assert {(r.change.old, r.change.kind) for r in rows} == {("2811000000", "split"), ("2814000000", "merge")}
        assert all(r.old and r.new for r in rows)

    def test_the_index_is_anew_when_another_generation_becomes_active(self) -> None:
        first, index = queries.index()
        assert queries.index()[1] is index
        pieces = present_pieces()
        generation = actions.add_generation(
            by=command_line(), pieces=pieces, dated=date(2026, 7, 1), source="again", file_hash="0" * 64
        )
        second, other = queries.index()
        assert (second, second == first) == (generation, False)
        assert other is not index
        assert Generation.objects.filter(active=True).get() == generation


@pytest.mark.usefixtures("areas")
class TestActions:
    def test_nobody_but_operators_changes_areas(self) -> None:
        for by in (Viewer.anonymous(), Viewer.person(table.body_id("x"), table.body_id("1100000000"), "head")):
            with pytest.raises(Refused) as refused:
                actions.link_body(by=by, area_code="4182000000", body_id=table.body_id("x-a"))
            assert refused.value.code == "not_allowed"
            with pytest.raises(Refused):
                load_builtin(by=by)

    def test_linking_and_unlinking_a_body(self) -> None:
        by, body = command_line(), table.body_id("x-office")
        actions.link_body(by=by, area_code="4182000000", body_id=body)
        actions.link_body(by=by, area_code="5111000000", body_id=body)
        assert {a.code for a in queries.areas_of_body(body)} == {"4182000000", "5111000000"}
        actions.unlink_body(by=by, area_code="4182000000", body_id=body)
        assert [a.code for a in queries.areas_of_body(body)] == ["5111000000"]
        with pytest.raises(Refused):
            actions.unlink_body(by=by, area_code="4182000000", body_id=body)
        with pytest.raises(Refused):
            actions.link_body(by=by, area_code="0000000000", body_id=body)
        assert Event.objects.filter(type="places.body.linked").count() == 2

    def test_a_generation_is_whole_or_not_at_all(self) -> None:
        before = (Generation.objects.count(), queries.generation().pk)
        pieces = present_pieces()
        pieces[-1].km2 = -1.0
        with pytest.raises(IntegrityError):
            actions.add_generation(
                by=command_line(), pieces=pieces, dated=date(2026, 7, 1), source="bad", file_hash="1" * 64
            )
        assert (Generation.objects.count(), queries.generation().pk) == before
        for wrong in ([], [pieces[0], pieces[0]]):
            with pytest.raises(Refused):
                actions.add_generation(
                    by=command_line(), pieces=wrong, dated=date(2026, 7, 1), source="bad", file_hash="1" * 64
                )

    def test_changes_of_codes_are_in_the_database(self) -> None:
        assert Succession.objects.count() == len(table.changes())
