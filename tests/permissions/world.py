"""What the table's addresses stand for: people in every role and one of each thing they might reach."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from allauth.account.internal.userkit import user_id_to_str
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dure.bodies import actions
from dure.bodies.actions.registration import Particulars
from dure.bodies.models import Body, Membership
from dure.collaboration import actions as together
from dure.collaboration import grants
from dure.collaboration.models import Collaboration
from dure.core import attachments, clock, confirmations, follow, jobs, tokens
from dure.core.accounts.middleware import SESSION_KEY as STAFF_SESSION
from dure.core.ids import uuid7
from dure.core.models import Confirmation, Follow, Message, Person, StaffSession
from dure.core.rooms import job_handlers
from dure.core.viewer import Viewer
from dure.core.visibility import withhold
from tests.permissions import parts

GAPYEONG, NAMYANGJU = "4182000000", "4136000000"
ROLES = (
    *("anonymous", "person", "reader", "officer", "head", "other", "operator"),
    *("key_read", "key_write", "link"),
)


class World:
    """`names` fills the braces of an address; `visit(role)` gives a browser of that role, new at every call."""

    def __init__(self, people: Any) -> None:
        self.people = people
        self.viewers: dict[str, Viewer] = {
            "person": Viewer.person(people("person").pk),
            "reader": people.acting("reader", GAPYEONG, "reader"),
            "officer": people.acting("officer", GAPYEONG, "officer"),
            "head": people.acting("head", GAPYEONG, "head"),
            "other": people.acting("other", NAMYANGJU, "officer"),
            "operator": people.operator("operator"),
        }
        Person.objects.filter(name="operator").update(is_operator=True)
        for name in self.viewers:
            people.second_factor(name)
        self.gapyeong = Body.objects.get(code=GAPYEONG)
        self.names = {"body": self.gapyeong.slug, **self._bodies(), **self._core()}
        self.names |= self._collaborations()
        self.names |= self._together()
        for module in sorted(iter_modules(parts.__path__, f"{parts.__name__}."), key=lambda found: found.name):
            self.names |= import_module(module.name).names(self)
        self.names["uuid"] = "00000000-0000-7000-8000-000000000000"
        self.sessions = {name: self._session(name) for name in self.viewers}
        guest = Client()
        assert guest.get(f"/f/{self.names['follow_token']}/").status_code == 200
        self.opened_link, self.handler = guest.cookies, guest.handler

    def _bodies(self) -> dict[str, str]:
        area = self.gapyeong.pk
        head = self.viewers["head"]

        def registered(by: Viewer, name: str) -> str:
            said = Particulars(kind="company", name_ko=name, area_id=area, statement="함께하고 싶습니다.")
            return str(actions.register_body(by=by, particulars=said).pk)

        asker = Viewer.person(self.people("asker").pk)
        made = {scopes: self._key(scopes.split("+")) for scopes in ("read", "read+write")}
        self.tokens = {"key_read": made["read"][1], "key_write": made["read+write"][1]}
        invited = actions.invite(by=head, body_id=area, email=self.people("person").email, role="officer")
        letter = Message.objects.get(once_key=f"bodies.invitation:{invited.pk}")
        return {
            "registration": registered(asker, "가온"),
            "own_registration": registered(self.viewers["person"], "나래"),
            "request": str(actions.ask_to_join(by=asker, body_id=area, role="officer").pk),
            "own_request": str(
                actions.ask_to_join(by=self.viewers["person"], body_id=self.gapyeong.province_id, role="reader").pk
            ),
            "membership": str(Membership.objects.get(person=self.people("officer")).pk),
            "invitation": str(invited.pk),
            "invitation_token": letter.text.split("/bodies/invitations/")[1].split("/")[0],
            "key": str(made["read"][0].pk),
        }

    def _key(self, scopes: list[str]) -> Any:
        until = clock.today() + timedelta(days=9)
        return actions.create_key(
            by=self.viewers["head"], body_id=self.gapyeong.pk, purpose="표", scopes=scopes, expires_on=until
        )

    def _core(self) -> dict[str, str]:
        """A follow, a confirmation by mail and one by telephone, a job of the officer's, a public file."""
        urn = self.gapyeong.urn
        row = follow.follow(by=self.viewers["person"], subject=urn)
        Follow.objects.filter(pk=row.pk).update(confirmed_at=clock.now())
        token = "k" * 43
        mail, phone = (
            Confirmation.objects.create(
                channel=channel,
                address=address,
                purpose=next(iter(confirmations.purposes())),
                thing=urn,
                secret_hash=tokens.token_hash(secret),
                expires_at=clock.now() + timedelta(hours=1),
            )
            for channel, address, secret in (("email", "x@example.kr", token), ("phone", "+821000000000", "123456"))
        )
        job = jobs.enqueue(by=self.viewers["officer"], kind=min(job_handlers()), args={})
        file = attachments.attach(
            by=self.viewers["officer"],
            subject=urn,
            circle=self.gapyeong.pk,
            uploaded=SimpleUploadedFile("a.txt", "가평".encode()),
            body_id=self.gapyeong.pk,
        )
        inner = attachments.attach(
            by=self.viewers["officer"],
            subject=urn,
            circle=self.gapyeong.pk,
            uploaded=SimpleUploadedFile("a.txt", "안에서만".encode()),
            body_id=self.gapyeong.pk,
        )
        review_on = clock.today() + timedelta(days=30)
        withhold(by=self.viewers["head"], thing=inner, level="body", reason="deliberation", review_on=review_on)
        return {
            "follow_token": tokens.token_of("follow", row.pk),
            "confirm_token": token,
            "confirm_phone": str(phone.pk),
            "confirm_mail": str(mail.pk),
            "job": str(job.pk),
            "file": str(file.pk),
            "inner_file": str(inner.pk),
            "urn": urn,
        }

    def _collaborations(self) -> dict[str, str]:
        """가평군 asks twice (and drafts once); 남양주시 has offered on the first and is invited to the second; a
        resident has said something, an officer something for 가평군 alone, and somebody without an account waits."""
        officer, other = self.viewers["officer"], self.viewers["other"]
        first, second, draft = (self._call(title) for title in ("밤에 여는 병원", "산골 버스", ""))
        fields = {"resource": "knowhow", "what": "조사를 두 번 해 본 사람", "how_much": "주 1일", "available": "바로"}
        offer = together.offer_make(by=other, id=first.pk, fields=fields)
        invited = together.partner_invite(by=officer, id=second.pk, body_id=other.body_id, reason="이웃입니다.")
        said = together.opinion_say(by=self.viewers["person"], id=first.pk, text="응급실부터 열어 주세요.")
        narrow = {"level": "body", "reason": "deliberation", "review_on": clock.today() + timedelta(days=30)}
        inner = together.opinion_say(by=officer, id=first.pk, text="아직 정하는 중입니다.", narrow=narrow)
        waiting = together.opinion_say(
            by=Viewer.anonymous(),
            id=first.pk,
            text="기다립니다.",
            alias="주민",
            channel="email",
            address="y@example.kr",
        )
        return {
            "receipt": first.receipt,
            "second_receipt": second.receipt,
            "draft": str(draft.pk),
            "offer": str(offer.pk),
            "partner_invitation": str(invited.pk),
            "opinion": str(said.pk),
            "inner_opinion": str(inner.pk),
            "waiting_opinion": str(waiting.pk),
            "grant": signing.dumps(str(said.pk), salt=grants.SALT),
            "collaboration": str(first.pk),
        }

    def _together(self) -> dict[str, str]:
        """가평군 and 남양주시 are parties of one collaboration whose agreement is in the making (`together`), and of
        one in which work has begun (`working`)."""
        names = {}
        for name in ("together", "working"):
            made = self._call("함께 여는 진료소")
            fields = {"resource": "people", "what": "간호사", "how_much": "2명", "available": "바로"}
            offer = together.offer_make(by=self.viewers["other"], id=made.pk, fields=fields)
            together.offer_take(by=self.viewers["officer"], id=offer.pk)
            together.partners_settle(by=self.viewers["officer"], id=made.pk)
            names |= {name: made.receipt, f"{name}_id": str(made.pk)}
        Collaboration.objects.filter(receipt=names["working"]).update(stage="working", working_at=clock.now())
        return names

    def _call(self, title: str) -> Any:
        officer, id = self.viewers["officer"], uuid7()
        fields = {
            "title": title or "초안",
            "problem": "혼자 풀 수 없는 일이 있습니다. 이웃 군과 함께 풀려고 합니다.",
            "for_whom": "주민",
            "goal": "1년 안에 절반으로 줄입니다.",
            "field": "생활/편의",
            "target": "external",
            "partner_kinds": ["local"],
            "join_until": clock.today() + timedelta(days=20),
            "brings": [{"resource": "people", "text": "담당 공무원 2명"}],
            "lacks": [{"resource": "knowhow", "text": "조사 경험"}],
        }
        made = together.call_save(by=officer, id=id, fields=fields)
        return together.call_publish(by=officer, id=id) if title else made

    def _session(self, name: str) -> str:
        person = self.people(name)
        session = SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        at = clock.now().timestamp()
        session["account_authentication_methods_user"] = user_id_to_str(person)
        session["account_authentication_methods"] = [
            {"method": "password", "at": at, "email": person.email},
            {"method": "mfa", "at": at},
        ]
        if name == "operator":
            session[STAFF_SESSION] = str(StaffSession.objects.get(person=person).pk)
        session.create()
        return str(session.session_key)

    def visit(self, role: str) -> Client:
        headers = {"Authorization": f"Bearer {self.tokens[role]}"} if role in self.tokens else {}
        client = Client(headers=headers, raise_request_exception=False)
        client.handler = self.handler
        if role in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[role]
        if role == "link":
            client.cookies.update(self.opened_link)
        return client
