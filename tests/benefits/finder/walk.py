"""A visitor of 혜택 찾기 in tests: answers by what is asked, through the pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.test import Client

FIND = "/benefits/find/"
MOTHER: Mapping[str, Any] = {
    "tenure": "rent",
    "actual_rent": "250,000",
    "deposit": "1천만",
    "earned_income": "150만",
    "financial_assets": "2백만",
    "care": "daycare",
    "total_income_year": "1800만",
    "assets_june1": "1200만",
    "allowance_region": "depopulation_special",
    "school_level": "elementary",
    "single_parent_kind": "general",
}


class Walk:
    """`answers` by code; what is not in it is not known."""

    def __init__(self, client: Client, answers: Mapping[str, Any] | None = None) -> None:
        self.client, self.answers = client, dict(answers or {})
        self.asked: list[str] = []
        self.typed: list[str] = []

    def post(self, path: str, data: Mapping[str, Any]) -> Any:
        self.typed += [str(one) for one in data.values() if len(str(one)) > 3]
        response = self.client.post(path, data, follow=True)
        assert response.status_code == 200, response.content.decode()[-3000:]
        return response

    def begin(self, people: list[tuple[str, str]], home: str) -> None:
        self.post(FIND, {})
        for who, born in people:
            self.post(FIND + "people/", {"who": who, "born": born})
        self.post(FIND + "people/", {"done": "1"})
        self.post(FIND + "home/", {"answer": home} if home else {"unknown": "1"})

    def tick(self, step: str, *ticked: str) -> Any:
        return self.post(f"{FIND}ticks/{step}/", {"ticked": list(ticked)})

    def questions(self, most: int = 60) -> Any:
        """Answer one after the other until the result comes."""
        response = self.client.get(FIND + "q/", follow=True)
        for _number in range(most):
            if response.request["PATH_INFO"].endswith("/result/"):
                return response
            action = re.search(r'action="(/benefits/find/q/[^"]+)"', response.content.decode())
            assert action, response.content.decode()[-3000:]
            code = action[1].split("/")[4]
            self.asked.append(code)
            value = self.answers.get(code)
            response = self.post(action[1], {"answer": value} if value is not None else {"unknown": "1"})
        raise AssertionError(f"still asked: {self.asked}")


def mother(client: Client) -> Walk:
    """A mother of 33 with children of 4 and 8 in a county (영월군), who rents and works."""
    walk = Walk(client, MOTHER)
    walk.begin([("self", "19930403"), ("child", "20220301"), ("child", "2018-05-05")], "5175000000")
    walk.tick("situation", "single_parent")
    walk.tick("money", "earned", "deposit", "savings")
    return walk
