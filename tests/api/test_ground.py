"""The ground of the API: keys, rates, refusals, caching, paging, methods; shown on the operations of bodies."""

import json
from datetime import timedelta

import pytest
from django.core.cache import cache

from dure.bodies import actions
from dure.bodies.models import Body
from dure.core import clock

pytestmark = pytest.mark.usefixtures("table")
PROBLEM = "application/problem+json"
GAPYEONG = "4182000000"


@pytest.fixture(autouse=True)
def _no_calls_counted(table):
    cache.clear()


@pytest.fixture
def token(people):
    def make(*scopes, code=GAPYEONG):
        name = f"책임자{code}"
        head = people.acting(name, code, "head")
        people.second_factor(name)
        until = clock.today() + timedelta(days=30)
        given = {"purpose": "시험", "scopes": scopes, "expires_on": until}
        return actions.create_key(by=head, body_id=head.body_id, **given)[1]

    return make


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def is_problem(response, status):
    assert response.status_code == status, response.content
    assert response["Content-Type"] == PROBLEM
    body = response.json()
    assert body["status"] == status
    return body


def test_a_body_and_what_it_became(client):
    body = client.get("/api/v1/bodies/46110").json()
    assert (body["name_ko"], body["code"], body["valid_to"]) == ("전라남도 목포시", "4611000000", "2026-06-30")
    assert [one["name_ko"] for one in body["now"]] == ["전남광주통합특별시 목포시"]
    assert body["successions"][0]["kind"] == "move"
    assert client.get(f"/api/v1/bodies/{body['id']}").json() == body
    assert client.get(f"/api/v1/bodies/{body['slug']}").json() == body


def test_an_old_code_resolves_on_both_sides_of_its_day(client):
    def names(**given):
        return [one["name_ko"] for one in client.get("/api/v1/bodies/resolve", given).json()]

    assert names(q="46") == ["전남광주통합특별시"]
    assert names(q="46", on="2026-06-30") == ["전라남도"]
    assert names(q="12", on="2026-06-30") == ["광주광역시", "전라남도"]
    assert names(q="없는 기관") == []


def test_pages_follow_one_another_without_gap_or_double(client):
    seen, after = [], ""
    while after is not None:
        part = client.get("/api/v1/bodies", {"kind": ["sigungu"], "limit": 50, "after": after}).json()
        assert set(part) == {"items", "next"}
        seen += [one["code"] for one in part["items"]]
        after = part["next"]
    assert len(seen) == len(set(seen)) == 227


def test_all_changes_are_listed_in_their_order(client):
    first = client.get("/api/v1/successions", {"limit": 40}).json()
    rest = client.get("/api/v1/successions", {"limit": 40, "after": first["next"]}).json()
    days = [one["on"] for one in first["items"] + rest["items"]]
    assert len(days) == 48
    assert days == sorted(days)
    assert rest["next"] is None


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("/api/v1/bodies?limit=0", "limit"),
        ("/api/v1/bodies?limit=many", "limit"),
        ("/api/v1/bodies?kind=village", "kind.0"),
        ("/api/v1/bodies?on=yesterday", "on"),
        ("/api/v1/bodies?after=forged", "after"),
        ("/api/v1/bodies?province=nowhere", "province"),
        ("/api/v1/bodies/resolve", "q"),
    ],
)
def test_a_wrong_value_is_named_and_not_repeated(client, address, field):
    body = is_problem(client.get(address), 422)
    assert [one["field"].removeprefix("given.") for one in body["errors"]] == [field]
    assert "village" not in json.dumps(body)


def test_a_cursor_of_another_list_is_refused(client):
    cursor = client.get("/api/v1/successions", {"limit": 1}).json()["next"]
    is_problem(client.get("/api/v1/bodies", {"after": cursor}), 422)


def test_nothing_there_is_a_problem_too(client):
    assert is_problem(client.get("/api/v1/bodies/nothing"), 404)["code"] == "not_found"
    assert is_problem(client.get("/api/v1/no/such/address"), 404)["code"] == "not_found"
    assert is_problem(client.get("/api/v1/bodies?q=%00"), 400)["code"] == "bad_request"


def test_methods_and_kinds_that_are_not_offered(client, token):
    response = client.delete("/api/v1/bodies")
    is_problem(response, 405)
    assert set(response["Allow"].split(", ")) == {"GET", "HEAD"}
    is_problem(client.get("/api/v1/bodies", headers={"Accept": "text/html"}), 406)
    assert client.get("/api/v1/bodies", headers={"Accept": "application/*"}).status_code == 200
    body = b"about=x"
    response = client.patch("/api/v1/bodies/41820", body, content_type="application/x-www-form-urlencoded")
    is_problem(response, 415)
    key = bearer(token("write"))
    is_problem(client.patch("/api/v1/bodies/41820", b"{", content_type="application/json", headers=key), 400)
    is_problem(client.patch("/api/v1/bodies/41820", b"{", content_type="application/json"), 401)


def test_head_answers_like_get_without_a_body(client):
    got, head = client.get("/api/v1/bodies/41820"), client.head("/api/v1/bodies/41820")
    assert head.status_code == 200
    assert head.content == b""
    assert head["ETag"] == got["ETag"]
    assert head["Content-Length"] == str(len(got.content))


def test_what_has_not_changed_is_not_sent_again(client):
    first = client.get("/api/v1/bodies/41820")
    again = client.get("/api/v1/bodies/41820", headers={"If-None-Match": f'"x", W/{first["ETag"]}'})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    Body.objects.filter(code=GAPYEONG).update(about="새 소개")
    changed = client.get("/api/v1/bodies/41820", headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


def test_a_key_says_who_calls_and_a_session_does_not(client, people, token):
    people.acting("담당", GAPYEONG)
    client.force_login(people("담당"), backend="django.contrib.auth.backends.ModelBackend")
    response = client.get("/api/v1/me")
    is_problem(response, 401)
    assert response["WWW-Authenticate"] == "Bearer"
    me = client.get("/api/v1/me", headers=bearer(token("read"))).json()
    assert (me["body"]["code"], me["scopes"]) == (GAPYEONG, ["read"])
    is_problem(client.get("/api/v1/bodies", headers=bearer("dure_wrong")), 401)
    is_problem(client.get("/api/v1/bodies", headers={"Authorization": "Basic x"}), 401)


def write(client, code, said, **headers):
    return client.patch(f"/api/v1/bodies/{code}", said, content_type="application/json", headers=headers)


def test_a_body_describes_itself_by_its_own_writing_key_only(client, token):
    said = {"about": "군민과 함께"}
    reader, writer, other = token("read"), token("write", code="4183000000"), token("write", code="4136000000")
    is_problem(write(client, GAPYEONG, said), 401)
    is_problem(write(client, GAPYEONG, said, **bearer(reader)), 403)
    is_problem(write(client, GAPYEONG, said, **bearer(other)), 403)
    done = write(client, "4183000000", said, **bearer(writer))
    assert done.json()["about"] == "군민과 함께"
    assert client.get("/api/v1/bodies/4183000000").json() == done.json()
    is_problem(write(client, "4183000000", {"contact_phone": "전화"}, **bearer(writer)), 422)


def test_a_change_in_between_is_noticed(client, token):
    key = bearer(token("read", "write"))
    tag = client.get(f"/api/v1/bodies/{GAPYEONG}")["ETag"]
    first = write(client, GAPYEONG, {"about": "하나"}, **key, **{"If-Match": tag})
    assert first.status_code == 200
    is_problem(write(client, GAPYEONG, {"about": "둘"}, **key, **{"If-Match": tag}), 412)
    tag = client.get(f"/api/v1/bodies/{GAPYEONG}")["ETag"]
    assert write(client, GAPYEONG, {"about": "셋"}, **key, **{"If-Match": tag}).status_code == 200
    assert Body.objects.get(code=GAPYEONG).about == "셋"


def test_the_rate_is_counted_by_key_and_by_address(client, token, settings):
    settings.API_PER_MINUTE, settings.API_PER_MINUTE_WITH_KEY = 2, 3
    key = bearer(token("read"))
    assert [client.get("/api/v1/bodies/41820").status_code for _call in range(3)] == [200, 200, 429]
    response = client.get("/api/v1/bodies/41820")
    is_problem(response, 429)
    assert int(response["Retry-After"]) > 0
    assert [client.get("/api/v1/me", headers=key).status_code for _call in range(4)] == [200, 200, 200, 429]


def test_public_data_may_be_read_from_other_sites_without_cookies(client):
    response = client.get("/api/v1/bodies/41820")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response


@pytest.mark.slow
def test_the_document_and_its_page(client):
    document = client.get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    ids = [op["operationId"] for path in document["paths"].values() for op in path.values()]
    assert len(ids) == len(set(ids))
    for path in document["paths"].values():
        for operation in path.values():
            assert operation["summary"]
            assert operation["tags"]
            assert {"400", "401", "406", "429"} <= set(operation["responses"])
            for status, answer in operation["responses"].items():
                assert int(status) < 400 or list(answer["content"]) == [PROBLEM]
    page = client.get("/api/v1/docs")
    text = page.content.decode()
    assert all(operation in text for operation in ids)
    assert "<script>" not in text
    assert " style=" not in text
    assert client.get("/api/v1/")["Location"] == "/api/v1/docs"
