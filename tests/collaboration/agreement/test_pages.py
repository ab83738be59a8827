"""The journey of an agreement through its pages, and what each of them answers."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hwpx import HwpxDocument

from dure.collaboration.agreement import actions, queries
from dure.collaboration.agreement.models import AgreementVersion
from dure.collaboration.models import Collaboration
from dure.core import clock
from dure.core.ids import uuid7
from dure.core.viewer import Viewer
from dure.core.visibility import withhold
from tests.collaboration.agreement.conftest import proposed, sign, signed
from tests.collaboration.world import World, body, client_of, officer

ROOT = Path(__file__).resolve().parents[3]


def address(collaboration: Collaboration, rest: str = "") -> str:
    return f"/collaborations/{collaboration.receipt}/agreement/{rest}"


def just_shown(viewer: Viewer) -> Client:
    """A browser in which the second factor was shown a moment ago, once more."""
    client = client_of(viewer)
    session = client.session
    shown = {"method": "mfa", "at": clock.now().timestamp(), "reauthenticated": True}
    session["account_authentication_methods"] = [shown]
    session.save()
    return client


@pytest.mark.slow
def test_from_compose_to_work_through_the_pages(world: World) -> None:
    collaboration = world.together(world.offerer)
    asker, offerer = just_shown(world.asker), just_shown(world.offerer)
    assert "협약 쓰기 시작하기" in asker.get(address(collaboration)).content.decode()
    assert asker.post(address(collaboration, "start/")).headers["Location"].endswith("/edit/1/")
    a, b = world.asker.body_id, world.offerer.body_id
    steps: list[dict[str, Any]] = [
        {"purpose": "함께 굴립니다.", f"contribution_{a}": "버스", f"contribution_{b}": "기사", f"role_{a}": "운영"},
        {"mode": "ratio", "total": "1,000,001원", f"share_{a}": "2/3", f"share_{b}": "1/3"},
        {
            "starts_on": "2027-01-01",
            "ends_on": "2028-12-31",
            "renewal": "agreed",
            "notice_days": "90",
            "passes": "majority",
            "quorum": "66.7",
            "days": "5",
            f"voices_{a}": "2",
            f"voices_{b}": "1",
        },
        {"data": "", "data_basis": "", "visibility": ""},
        {"exit": "석 달 전에", "after_care_body": str(b), "after_care_name": "", "mediation": "이야기"},
        {"rows": "1", "extra_0_id": "one", "extra_0_title": "안전", "extra_0_text": "살핍니다.", "extra_0_place": "1"},
    ]
    for number, typed in enumerate(steps, start=1):
        version = AgreementVersion.objects.get()
        page = asker.get(address(collaboration, f"edit/{number}/"))
        assert page.status_code == 200
        done = asker.post(address(collaboration, f"edit/{number}/"), {"edit": version.edit, **typed})
        assert done.status_code == 302, done.content.decode()
    version = AgreementVersion.objects.get()
    assert version.content["extra"] == [{"id": "one", "title": "안전", "text": "살핍니다."}]
    text = asker.get(address(collaboration)).content.decode()
    for words in ("666,667원", "333,334원", "1,000,001원", "제11조 (안전)", "목소리의 수가 다릅니다"):
        assert words in text, words
    assert asker.post(address(collaboration, "propose/"), {"edit": version.edit}).status_code == 302
    version.refresh_from_db()
    for client in (asker, offerer):
        page = client.get(address(collaboration, "sign/")).content.decode()
        assert version.short_hash in page
        unticked = client.post(address(collaboration, "sign/"), {"sha256": version.sha256})
        assert unticked.status_code == 422
        done = client.post(address(collaboration, "sign/"), {"sha256": version.sha256, "confirm": "on"})
        assert done.status_code == 302, done.content.decode()
    collaboration.refresh_from_db()
    assert collaboration.stage == "working"
    text = Client().get(address(collaboration)).content.decode()
    assert "서명 2/2" in text
    assert "봉인 파일" in text


def test_wrong_input_keeps_what_was_typed(world: World) -> None:
    collaboration = world.together(world.offerer)
    client = client_of(world.asker)
    client.post(address(collaboration, "start/"))
    a, b = world.asker.body_id, world.offerer.body_id
    wrong = {"edit": 1, "mode": "amount", "total": "1000", f"share_{a}": "999", f"share_{b}": "0"}
    page = client.post(address(collaboration, "edit/2/"), wrong)
    assert page.status_code == 422
    assert "1원 모자랍니다" in page.content.decode()
    assert 'value="999"' in page.content.decode()
    page = client.post(address(collaboration, "edit/1/"), {"edit": 1, "purpose": "가" * 40_000})
    assert page.status_code == 422
    assert "40,000자" in page.content.decode()
    term = {"starts_on": "2027-02-01", "ends_on": "2027-01-01", "renewal": "none", "notice_days": "9"}
    rule = {"passes": "consent", "quorum": "50", "days": "7"}
    page = client.post(address(collaboration, "edit/3/"), {"edit": 1, **term, **rule})
    assert "시작하는 날보다 앞" in page.content.decode()
    page = client.post(address(collaboration, "propose/"), {"edit": 1})
    assert page.status_code == 422
    assert "edit/3/#id_starts_on" in page.content.decode()


def test_a_stale_edit_keeps_what_was_typed_and_shows_the_way(world: World) -> None:
    collaboration = world.together(world.offerer)
    version = actions.agreement_compose(by=world.asker, id=collaboration.pk)
    actions.agreement_save(by=world.offerer, id=version.pk, edit=1, fields={"visibility": "나루가 고침"})
    client = client_of(world.asker)
    typed = {"edit": 1, "data": "내가 적음", "data_basis": "법", "visibility": ""}
    page = client.post(address(collaboration, "edit/4/"), typed)
    text = page.content.decode()
    assert page.status_code == 422
    assert "내가 적음" in text
    assert "지금 글 보기" in text
    assert 'name="edit" value="2"' in text
    assert client.post(address(collaboration, "edit/4/"), {**typed, "edit": 2}).status_code == 302


def test_free_clauses_are_added_reordered_and_taken_out(world: World) -> None:
    collaboration = world.together(world.offerer)
    client = client_of(world.asker)
    client.post(address(collaboration, "start/"))
    rows = {"rows": "3", "edit": "1", "more": "1"}
    for place, title in enumerate(("하나", "둘", "셋")):
        rows |= {
            f"extra_{place}_id": title,
            f"extra_{place}_title": title,
            f"extra_{place}_text": "글",
            f"extra_{place}_place": str(9 - place),
        }
    done = client.post(address(collaboration, "edit/6/"), rows)
    assert done.headers["Location"].endswith("/edit/6/")
    version = AgreementVersion.objects.get()
    assert [one["title"] for one in version.content["extra"]] == ["셋", "둘", "하나"]
    sent = {"rows": "4", "edit": version.edit, "extra_1_remove": "on"}
    for place, one in enumerate(version.content["extra"]):
        sent |= {f"extra_{place}_{name}": one[name] for name in ("id", "title", "text")}
    sent |= {"extra_3_id": "x", "extra_3_title": "넷", "extra_3_text": "", "extra_3_place": "1"}
    page = client.post(address(collaboration, "edit/6/"), sent)
    assert page.status_code == 422
    assert "id_extra_3_text" in page.content.decode()
    client.post(address(collaboration, "edit/6/"), {**sent, "extra_3_text": "넷째"})
    assert [one["title"] for one in AgreementVersion.objects.get().content["extra"]] == ["넷", "셋", "하나"]


def test_signing_asks_for_a_second_factor_first(world: World) -> None:
    version = proposed(world, world.together())
    client = client_of(world.asker)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": clock.now().timestamp()}]
    session.save()
    there = client.get(address(version.agreement.collaboration, "sign/"))
    assert there.status_code == 302
    assert there.headers["Location"].startswith("/accounts/second-factor/")
    session["account_authentication_methods"] = [{"method": "mfa", "at": clock.now().timestamp() - 3600}]
    session.save()
    sent = {"sha256": version.sha256, "confirm": "on"}
    asked = client.post(address(version.agreement.collaboration, "sign/"), sent)
    assert asked.status_code == 302
    assert "reauthenticate" in asked.headers["Location"]
    assert not version.signatures.exists()


def test_everybody_reads_and_a_private_party_reads_the_same(world: World) -> None:
    collaboration = world.together()
    version = proposed(world, collaboration)
    actions.clause_comment(by=world.other, id=uuid7(), version_id=version.pk, clause="cost", text="비용을 봅시다.")
    stranger = officer(body("먼군"), "먼담당")
    seen = []
    for viewer in (Viewer.anonymous(), world.citizen, stranger, world.offerer, world.other):
        text = client_of(viewer).get(address(collaboration)).content.decode()
        assert "비용을 봅시다." in text
        seen.append("읽고 서명하기" in text)
    assert seen == [False, False, False, True, True]
    english = Client().get(address(collaboration), headers={"Accept-Language": "en"}).content.decode()
    assert "Agreement" in english


def test_a_narrowed_agreement_shows_only_that_there_is_one(world: World) -> None:
    collaboration = world.together()
    version = proposed(world, collaboration)
    actions.clause_comment(by=world.other, id=uuid7(), version_id=version.pk, clause="cost", text="안에서만 한 말")
    sign(version, world.asker, world.offerer, world.other)
    day = clock.today().replace(year=clock.today().year) + (clock.date.resolution * 30)
    withhold(by=world.asker, thing=version.agreement, level="partners", reason="deliberation", review_on=day)
    outside = Client()
    text = outside.get(address(collaboration)).content.decode()
    assert "통근버스를 함께 굴립니다." not in text
    assert "공개되지 않음" in text
    assert "안에서만 한 말" not in outside.get(f"/collaborations/{collaboration.receipt}/").content.decode()
    for rest in ("versions/1/", "versions/1/pdf/", "versions/1/json/", "compare/?from=1&to=1"):
        assert outside.get(address(collaboration, rest)).status_code == 404, rest
    for there in (f"/api/v1/collaborations/{collaboration.receipt}/agreement/versions/1", f"{version.code}"):
        if there.startswith("/"):
            assert outside.get(there).status_code == 404
    assert "여기에 있는 협약입니다" not in outside.get(f"/agreements/verify/?code={version.code}").content.decode()
    assert collaboration.receipt not in outside.get("/agreements/").content.decode()
    assert "통근버스를 함께 굴립니다." in client_of(world.other).get(address(collaboration)).content.decode()


def test_versions_are_compared_word_by_word(world: World) -> None:
    collaboration, _version = signed(world, extra=[{"id": "a", "title": "안전", "text": "살핍니다."}])
    second = actions.agreement_revise(by=world.other, id=collaboration.pk)
    changed = {"purpose": "통근버스를 오래 굴립니다.", "extra": [{"id": "b", "title": "환경", "text": "아낍니다."}]}
    actions.agreement_save(by=world.other, id=second.pk, edit=1, fields=changed)
    text = Client().get(address(collaboration, "compare/")).content.decode()
    assert "달라진 조항 3개" in text
    for words in ("[−함께−]", "[+오래+]", "더한 조항", "뺀 조항"):
        assert words in text, words
    assert Client().get(address(collaboration, "compare/?from=7&to=1")).status_code == 404
    same = Client().get(address(collaboration, "compare/?from=1&to=1")).content.decode()
    assert "두 판의 글이 같습니다." in same


def test_papers(world: World) -> None:
    nasty = '#panic("x") $a$ "], {"x": 1} <b>'
    collaboration = world.together(title=f"{nasty} 버스")
    version = proposed(world, collaboration, purpose=nasty + "\n🚌 둘째 줄")
    sign(version, world.asker, world.offerer, world.other)
    pdf = Client().get(address(collaboration, "versions/1/pdf/"))
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert pdf.content == Client().get(address(collaboration, "versions/1/pdf/")).content
    version.refresh_from_db()
    if tool := shutil.which("pdftotext"):
        said = subprocess.run([tool, "-layout", "-", "-"], input=pdf.content, capture_output=True, check=True)
        words = " ".join(said.stdout.decode().split())
        for part in ("제1조", '#panic("x") $a$', "전자서명", str(version.code), "/agreements/verify/"):
            assert part in words, part
    hwpx = Client().get(address(collaboration, "versions/1/hwpx/")).content
    document = HwpxDocument.open(io.BytesIO(hwpx))
    assert document.validate().ok
    plain = document.text.plain
    assert nasty in (plain() if callable(plain) else plain)
    sealed = Client().get(address(collaboration, "versions/1/json/"))
    assert json.loads(sealed.content)["document"]["purpose"].startswith(nasty)
    assert Client().get(address(collaboration, "versions/1/docx/")).status_code == 404


def test_comments_by_page(world: World) -> None:
    collaboration = world.together()
    version = proposed(world, collaboration)
    client = client_of(world.other)
    there = address(collaboration, f"versions/{version.number}/comment/")
    assert client.get(f"{there}?clause=cost").status_code == 200
    id = str(uuid7())
    wrong = client.post(there, {"id": id, "clause": "cost", "text": "가" * 40_000})
    assert wrong.status_code == 422
    assert "가" * 40_000 in wrong.content.decode()
    for _twice in range(2):
        done = client.post(there, {"id": id, "clause": "cost", "text": "얼마인가요? 🙂"})
        assert done.headers["Location"].endswith(f"#comment-{id}")
    assert version.comments.count() == 1
    assert client_of(world.citizen).post(there, {}).status_code == 403


@pytest.mark.slow
def test_the_list_costs_the_same_however_long(world: World) -> None:
    signed(world)
    counts = []
    for _more in range(2):
        Client().get("/agreements/")
        with CaptureQueriesContext(connection) as seen:
            assert Client().get("/agreements/").status_code == 200
        counts.append(len(seen))
        signed(world)
        signed(world)
    assert counts[0] == counts[1]
    csv = b"".join(Client().get("/agreements/export/csv/?state=ending").streaming_content)  # type: ignore[attr-defined]
    assert csv.count(b"\n") == 1
    csv = b"".join(Client().get("/agreements/export/csv/").streaming_content)  # type: ignore[attr-defined]
    assert csv.count(b"\n") == 6
    assert "여기에 맞는 협약이 없습니다" in Client().get("/agreements/?state=lapsed").content.decode()
    collaboration = Collaboration.objects.latest("created_at")
    pages = []
    for _more in range(2):
        with CaptureQueriesContext(connection) as seen:
            Client().get(address(collaboration))
        pages.append(len(seen))
        version = actions.agreement_revise(by=world.asker, id=collaboration.pk)
        for clause in ("cost", "term", "exit"):
            actions.clause_comment(by=world.other, id=uuid7(), version_id=version.pk, clause=clause, text="말")
    with CaptureQueriesContext(connection) as seen:
        Client().get(address(collaboration))
    assert len(seen) <= pages[1] + 2


def test_files_that_are_not_what_they_say(world: World) -> None:
    for data in (b"", b"{}", b"%PDF-", b"\xff\xfe", b'{"format":"dure.sealed-agreement","v":1}'):
        page = Client().post("/agreements/verify/", {"file": SimpleUploadedFile("a.json", data)})
        assert page.status_code == (422 if not data else 200)
        assert "바뀌지 않았습니다" not in page.content.decode()
    assert Client().post("/agreements/verify/", {}).status_code == 422
    assert "없습니다" in Client().get("/agreements/verify/?code=A-1").content.decode()


def test_a_file_sealed_with_keys_of_ones_own_is_not_believed(world: World) -> None:
    from dure.engines import signing

    _collaboration, version = signed(world)
    document = {**version.plain, "purpose": "다른 글"}
    signatures, keys = [], {}
    for party in document["parties"]:
        private, public = signing.new_key()
        id = str(uuid7())
        keys[id] = (party["body"], public)
        said = signing.statement(document, body=party["body"], role="head", at="2026-11-25T00:00:00Z")
        signatures.append(
            signing.Signature(party["body"], "head", "2026-11-25T00:00:00Z", id, signing.sign(private, said))
        )
    data = signing.seal(document, signatures, keys, code=str(version.code), verify_at="x", keys_at={})
    assert signing.check(data).good
    page = Client().post("/agreements/verify/", {"file": SimpleUploadedFile("a.json", data)}).content.decode()
    assert "바뀌지 않았습니다" not in page
    assert "파일의 공개 열쇠가" in page


def test_keys_are_published(world: World) -> None:
    from dure.bodies.models import Body

    _collaboration, _version = signed(world)
    slug = Body.objects.get(pk=world.asker.body_id).slug
    page = Client().get(f"/agreements/keys/{slug}/").content.decode()
    plain = Client().get(f"/agreements/keys/{slug}/?format=json").json()
    assert plain["keys"][0]["public"] in page
    assert "sealed" not in json.dumps(plain)
    assert client_of(world.asker).post(f"/agreements/keys/{slug}/retire/").status_code == 403


def test_the_api_reads_and_checks(world: World) -> None:
    collaboration, version = signed(world)
    start = f"/api/v1/collaborations/{collaboration.receipt}/agreement"
    whole = Client().get(start).json()
    assert (whole["state"], whole["in_force"], len(whole["versions"])) == ("in_force", 1, 1)
    one = Client().get(f"{start}/versions/1").json()
    assert one["document"]["purpose"] == "통근버스를 함께 굴립니다."
    assert len(one["signatures"]) == 3
    sealed = Client().get(f"{start}/versions/1/sealed").json()
    assert sealed["code"] == version.code
    from dure.bodies.models import Body

    slug = Body.objects.get(pk=world.asker.body_id).slug
    assert len(Client().get(f"/api/v1/collaborations/agreements/keys/{slug}").json()["keys"]) == 1
    text = queries.sealed_file(version).decode()
    check = "/api/v1/collaborations/agreements/verify"
    said = Client().post(check, json.dumps({"file": text}), content_type="application/json").json()
    assert (said["good"], said["known"]) == (True, True)
    said = Client().post(check, json.dumps({"file": text[:-3]}), content_type="application/json").json()
    assert said["good"] is False
    assert Client().get(f"/api/v1/collaborations/{world.together().receipt}/agreement").status_code == 404


@pytest.mark.parametrize(("change", "code"), [(b"", 3), ("통근버쓰".encode(), 1)])
def test_the_command_checks_without_a_database(world: World, tmp_path: Path, change: bytes, code: int) -> None:
    _collaboration, version = signed(world)
    data = queries.sealed_file(version)
    file = tmp_path / "a.json"
    file.write_bytes(data.replace("통근버스".encode(), change, 1) if change else data)
    from dure.bodies.models import Body

    keys = []
    for viewer in (world.asker, world.offerer, world.other):
        keys.append(tmp_path / f"{viewer.body_id}.json")
        slug = Body.objects.get(pk=viewer.body_id).slug
        keys[-1].write_bytes(Client().get(f"/agreements/keys/{slug}/?format=json").content)
    command = [sys.executable, "-m", "dure.engines.signing.command", str(file)]
    env = {"PYTHONPATH": str(ROOT / "src"), "PATH": ""}

    def run(*more: Path) -> Any:
        return subprocess.run([*command, *map(str, more)], env=env, capture_output=True, text=True)

    done = run()
    assert done.returncode == code, done.stdout
    assert ("who signed is NOT proved" in done.stdout) == (code == 3)
    assert "unaltered" not in done.stdout, "without keys nothing is called genuine"
    done = run(*keys)
    assert done.returncode == (0 if code == 3 else 1), done.stdout
    assert ("signed by all with the keys given" in done.stdout) == (code == 3)
    if code == 3:  # only one of three keys is given: the others are not believed
        done = run(keys[0])
        assert done.returncode == 1
        assert done.stdout.count("not the one that you gave") == 2
    missing = subprocess.run([*command[:3], str(tmp_path / "none")], env=env, capture_output=True, text=True)
    assert missing.returncode == 2


def test_a_true_file_put_together_anew_without_its_code_is_answered(world: World) -> None:
    """Code and addresses are under no signature: whoever takes them out gets an answer, not a broken page."""
    from dure.engines.signing import sealed

    _collaboration, version = signed(world)
    content = json.loads(queries.sealed_file(version))
    rest = {name: value for name, value in content.items() if name not in ("code", "checksum")}
    data = sealed._written(rest | {"checksum": sealed._checksum(rest)})
    page = Client().post("/agreements/verify/", {"file": SimpleUploadedFile("a.json", data)})
    assert page.status_code == 200
    assert "여기에 있는 협약과 같은 글입니다" not in page.content.decode()
