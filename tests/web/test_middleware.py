import gzip
import json

import pytest
from django.test import Client

from dure.web import middleware

pytestmark = pytest.mark.django_db


def policy_of(response) -> dict[str, str]:
    parts = [part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";")]
    return {part[0]: part[1] if len(part) > 1 else "" for part in parts}


@pytest.mark.parametrize("path", ["/", "/about/", "/nothing-here", "/accounts/login/", "/accounts/password/reset/"])
def test_every_answer_carries_the_strict_policy(client, path):
    response = client.get(path)
    policy = policy_of(response)
    assert policy["default-src"] == "'none'"
    assert policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    for name in ("script-src", "style-src", "img-src", "form-action"):
        assert policy[name] == "'self'"
    assert "unsafe" not in response["Content-Security-Policy"]
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "payment=()" in response["Permissions-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"


def test_the_live_stream_and_sign_in_providers_may_be_reached(settings):
    settings.LIVE_URL = "https://live.example.org:8443/events"
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"APPS": [{"settings": {"server_url": "https://id.example.go.kr/realm"}}]}
    }
    policy = middleware.content_security_policy()
    assert "connect-src 'self' https://live.example.org:8443;" in policy
    assert "form-action 'self' https://id.example.go.kr;" in policy


def test_beyond_this_machine_insecure_requests_are_upgraded(settings):
    settings.LOCAL = False
    assert middleware.content_security_policy().endswith("; upgrade-insecure-requests")


STATUS = {"not_allowed": 403, "not_found": 404, "conflict": 409, "gone": 410, "invalid": 422, "too_many": 429}


@pytest.mark.urls("tests.web.urls")
class TestRefusals:
    @pytest.mark.parametrize(("code", "status"), STATUS.items())
    def test_a_page_with_the_right_status_and_the_reason_escaped(self, client, code, status):
        response = client.post(f"/refuse/{code}")
        assert response.status_code == status
        assert "까닭이 &lt;있습니다&gt;" in response.content.decode()

    @pytest.mark.parametrize("path", ["/api/v1/refuse/conflict", "/refuse/conflict"])
    def test_problem_json_for_programs(self, client, path):
        response = client.get(path, headers={"accept": "application/json"})
        assert (response.status_code, response["Content-Type"]) == (409, "application/problem+json")
        problem = json.loads(response.content)
        assert problem["status"] == 409
        assert problem["code"] == "conflict"
        assert problem["errors"] == [{"field": "title", "message": "까닭이 <있습니다>"}]

    def test_browsers_get_a_page_whatever_else_they_accept(self, client):
        accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
        assert client.get("/refuse/gone", headers={"accept": accept})["Content-Type"].startswith("text/html")

    def test_a_part_for_htmx(self, client):
        response = client.post("/refuse/invalid", headers={"HX-Request": "true"})
        assert response.status_code == 422
        assert "<html" not in response.content.decode()
        assert 'role="alert"' in response.content.decode()

    def test_the_way_to_sign_in_and_back(self, client):
        response = client.get("/refuse/not_signed_in?x=1")
        assert response.status_code == 302
        assert response["Location"] == "/accounts/login/?next=%2Frefuse%2Fnot_signed_in%3Fx%3D1"

    def test_a_posted_form_is_not_sent_away(self, client):
        response = client.post("/refuse/not_signed_in")
        assert response.status_code == 401
        assert "/accounts/login/?next=" in response.content.decode()

    def test_an_error_page_that_needs_nothing(self):
        client = Client(raise_request_exception=False)
        response = client.get("/broken")
        assert response.status_code == 500
        assert "저희 쪽에 문제가 생겼습니다" in response.content.decode()
        assert "broken on purpose" not in response.content.decode()
        answer = client.get("/broken", headers={"accept": "application/json"})
        assert json.loads(answer.content)["status"] == 500


class TestLanguage:
    def test_korean_unless_asked_otherwise(self, client):
        for accept in ("", "fr", "xx;q=1"):
            response = client.get("/", headers={"accept-language": accept})
            assert response["Content-Language"] == "ko"
            assert '<html lang="ko"' in response.content.decode()

    def test_what_the_browser_asks_for(self, client):
        response = client.get("/", headers={"accept-language": "en-GB,ko;q=0.5"})
        assert response["Content-Language"] == "en"
        assert '<html lang="en"' in response.content.decode()
        assert "Accept-Language" in response["Vary"]

    def test_the_choice_of_the_reader_wins_and_stays(self, client):
        response = client.post("/preferences/", {"language": "en", "next": "/about/"})
        assert (response.status_code, response["Location"]) == (302, "/about/")
        assert client.get("/", headers={"accept-language": "ko"})["Content-Language"] == "en"
        client.post("/preferences/", {"language": "ko"})
        assert client.get("/", headers={"accept-language": "en"})["Content-Language"] == "ko"

    def test_an_unknown_language_changes_nothing(self, client):
        assert "django_language" not in client.post("/preferences/", {"language": "../x"}).cookies


class TestLook:
    def test_each_switch_by_itself(self, client):
        client.post("/preferences/", {"text": "large"})
        client.post("/preferences/", {"contrast": "high"})
        assert '<html lang="ko" data-text="large" data-contrast="high">' in client.get("/").content.decode()
        client.post("/preferences/", {"text": ""})
        assert '<html lang="ko" data-contrast="high">' in client.get("/").content.decode()
        client.post("/preferences/", {"contrast": ""})
        assert '<html lang="ko">' in client.get("/").content.decode()

    def test_a_made_up_cookie_is_not_written_into_the_page(self, client):
        client.cookies["dure_look"] = 'text="><script>&contrast=high'
        assert '<html lang="ko" data-contrast="high">' in client.get("/").content.decode()

    @pytest.mark.parametrize("away", ["https://example.com/", "//example.com", "javascript:alert(1)", ""])
    def test_it_leads_back_and_nowhere_else(self, client, away):
        assert client.post("/preferences/", {"text": "large", "next": away})["Location"] == "/"


def test_pages_travel_compressed_and_nothing_else_does(client):
    page = client.get("/about/", headers={"Accept-Encoding": "gzip"})
    assert page["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in page["Vary"]
    assert "<html" in gzip.decompress(page.content).decode()
    assert "Content-Encoding" not in client.get("/about/").headers
    assert "Content-Encoding" not in client.get("/api/v1/openapi.json", headers={"Accept-Encoding": "gzip"}).headers


def test_the_environment_of_the_process_is_no_part_of_a_request(rf, monkeypatch):
    monkeypatch.setenv("DURE_SECRET", "nobody may read this")
    monkeypatch.setenv("SERVER_NAME", "of the environment")
    request = rf.get("/", DURE_SECRET="nobody may read this", SERVER_NAME="of.the.request", HTTP_ACCEPT="text/html")
    seen = {}
    middleware.EnvironmentMiddleware(lambda one: seen.update(one.META))(request)
    assert "DURE_SECRET" not in seen
    assert (seen["SERVER_NAME"], seen["HTTP_ACCEPT"]) == ("of.the.request", "text/html")
