"""Table 4-1 of the study as data: two models, their subtypes and the considerations that follow from each.

Our own summaries, not the study's sentences. `cases` in a consideration are numbers of in-depth cases (1 to 23) that
the study gives as examples; they illustrate and take no part in classifying.

Source: 「지방자치단체 협업행정 유형분석 및 협업모델 신규 발굴」(한국지방행정연구원), 제4장 표 4-1과 하위유형 설명.
"""

from __future__ import annotations

from dataclasses import dataclass

from dure.engines.typology.said import Said


@dataclass(frozen=True)
class Consideration:
    key: str
    """attribute, resource_sharing, technology or sustainability: a row of table 4-1"""
    summary: Said
    points: tuple[Said, ...]
    cases: tuple[int, ...]


@dataclass(frozen=True)
class Model:
    key: str
    """social or admin"""
    name: Said
    target: Said
    participants: Said
    period: Said
    field: Said
    considerations: tuple[Consideration, ...]


@dataclass(frozen=True)
class Subtype:
    key: str
    model: str
    option: int
    """1, or 2 for the second way in which the study divides the administrative model"""
    name: Said
    definition: Said


CONSIDERATION_NAMES: dict[str, Said] = {
    "attribute": Said("속성", "Hardware or software"),
    "resource_sharing": Said("자원공유", "Sharing resources"),
    "technology": Said("과학기술", "Technology"),
    "sustainability": Said("지속가능성", "Lasting"),
}

SOCIAL = Model(
    key="social",
    name=Said("사회혁신 협업모델", "Social innovation model"),
    target=Said("시민(외부고객)", "the public"),
    participants=Said("공공+민간(민-관 협업이 주)", "public and private (mostly public-private)"),
    period=Said("중장기", "medium to long term"),
    field=Said(
        "제한 없음. 공공에 부족한 외부 전문기술·지식이 필요한 분야에 적합",
        "any; suits fields that need outside skill and knowledge the public side lacks",
    ),
    considerations=(
        Consideration(
            "attribute",
            Said("하드웨어와 소프트웨어 사업 모두에 적합", "suits both hardware and software projects"),
            (
                Said(
                    "민-관 협업은 지자체 지원과 민간 지식·기술이 바탕이라 소프트웨어 사업에 잘 맞음",
                    "public-private work rests on public support and private knowledge, so software projects fit well",
                ),
                Said(
                    "지역개발/환경·문화/관광처럼 비용이 큰 분야는 소프트웨어를 바탕으로 하드웨어를 함께",
                    "in costly fields such as development, culture and tourism, add hardware on top of software",
                ),
            ),
            (17, 1, 4, 21, 2, 18),
        ),
        Consideration(
            "resource_sharing",
            Said("민간을 대등한 주체로 인식", "treat the private partner as an equal"),
            (
                Said(
                    "용역·수의계약 형태에서는 지자체 권한이 커서 갈등이 생기기 쉬움",
                    "under service or negotiated contracts the local government has the power; quarrels come easily",
                ),
                Said("허용 범위에서 인력과 정보를 나눠야 함", "share people and information as far as rules allow"),
            ),
            (4,),
        ),
        Consideration(
            "technology",
            Said("민간 기술을 빌려 씀", "borrow private technology"),
            (
                Said(
                    "공공과 민간의 기술 격차를 민간 기술의 차용·제공으로 메움",
                    "close the gap between public and private technology by borrowing or being given it",
                ),
            ),
            (11, 21),
        ),
        Consideration(
            "sustainability",
            Said(
                "전담부서·인력, 조합 등 기관 설립, 조례 정비",
                "a dedicated unit and staff, a standing body such as a cooperative, an ordinance",
            ),
            (Said("꾸준히 성과를 낼 조직과 제도가 필요", "an organisation and rules that keep delivering are needed"),),
            (5, 7, 8),
        ),
    ),
)

ADMIN = Model(
    key="admin",
    name=Said("행정혁신 협업모델", "Administrative innovation model"),
    target=Said("공공주체 자신(내부고객)", "the public bodies themselves"),
    participants=Said("공공(제한은 없으나 공공이 일반적)", "public bodies as a rule"),
    period=Said("단기(집약적으로 빠른 업무개선)", "short term: fast, concentrated improvement"),
    field=Said(
        "제한 없음. 민원서비스와 내부 프로세스 개선, 곧 안전/치안·생활/편의·행정관리처럼 정보 제공과 민원 분야에 적합",
        "any; suits civil services and internal processes: safety, daily life, administration",
    ),
    considerations=(
        Consideration(
            "attribute",
            Said("하드웨어·소프트웨어 모두 적합하나 소프트웨어가 주", "suits both, mostly software"),
            (
                Said("부서·부처·지자체 간 프로세스 개선", "better processes between departments, ministries, towns"),
                Said(
                    "지자체가 함께 큰 비용의 공공시설·기반을 갖추는 사업에도 필요",
                    "also needed where local governments together provide costly facilities",
                ),
            ),
            (6, 15),
        ),
        Consideration(
            "resource_sharing",
            Said("공공주체 간 위계관계 해소", "dissolve hierarchy between public bodies"),
            (
                Said("부서 칸막이 해소", "take down walls between departments"),
                Said(
                    "지자체-중앙, 기초-광역은 위계 갈등을 조정할 장치가 필요",
                    "local with central, municipality with province: a way to settle conflicts of rank is needed",
                ),
                Said(
                    "기초-기초는 재정·인력·기술 차이를 메우는 교류가 필요",
                    "between municipalities: exchange that evens out money, staff and technology",
                ),
            ),
            (16, 12),
        ),
        Consideration(
            "technology",
            Said("민간 기술을 빌리거나 독자 시스템 구축", "borrow private technology or build a system of one's own"),
            (
                Said(
                    "정확한 정보를 빨리 전해 직원의 부담을 줄이고 만족도를 높임",
                    "fast, exact information relieves staff and satisfies people",
                ),
            ),
            (13, 12),
        ),
        Consideration(
            "sustainability",
            Said(
                "전담부서·인력, 행정협의회 등 기구 설립",
                "a dedicated unit and staff, a standing body such as an administrative council",
            ),
            (Said("대외 협업은 구심점이 되는 기구가 필요", "work across bodies needs an organisation at its centre"),),
            (10, 15),
        ),
    ),
)

MODELS: dict[str, Model] = {"social": SOCIAL, "admin": ADMIN}

SUBTYPES: dict[str, Subtype] = {
    subtype.key: subtype
    for subtype in (
        Subtype(
            "environment",
            "social",
            1,
            Said("환경개선형", "improving places"),
            Said(
                "새 콘텐츠·시설 재정비·기반시설로 지역의 효율과 생산성을 올리고 새 가치를 만드는 협업",
                "new content, renewed facilities and infrastructure that give a place more use and value",
            ),
        ),
        Subtype(
            "welfare",
            "social",
            1,
            Said("사회복지형", "social welfare"),
            Said(
                "취약하거나 소외된 수요자를 대상으로 정책 사각지대를 줄이는 협업",
                "reaching disadvantaged people whom policy has passed over",
            ),
        ),
        Subtype(
            "jobs",
            "social",
            1,
            Said("일자리 창출형", "creating jobs"),
            Said(
                "지속 운영되는 사업이나 수익으로 지역 일자리를 확보해 인구 유출을 줄이고 생산성을 높이는 협업",
                "lasting work or income that keeps jobs and people in the area",
            ),
        ),
        Subtype(
            "process",
            "admin",
            1,
            Said("Process 개선형", "improving the process"),
            Said(
                "기관·부처·지자체 협업으로 기존 행정 과정을 줄이고 효율을 높임",
                "bodies work together to shorten an existing administrative process",
            ),
        ),
        Subtype(
            "service",
            "admin",
            1,
            Said("Service 확대형", "widening the service"),
            Said(
                "수동적 공급자에서 벗어나 수요자 중심 서비스를 적극 제공",
                "from passive provider to a service that goes out to those who need it",
            ),
        ),
        Subtype(
            "information",
            "admin",
            2,
            Said("정보공유형(ICT 기반 플랫폼 구축형)", "sharing information (a platform built on ICT)"),
            Said(
                "ICT로 필요한 정보를 주민과 담당공무원에게 실시간 제공",
                "ICT gives residents and officials the information they need at once",
            ),
        ),
        Subtype(
            "resources",
            "admin",
            2,
            Said("자원통합형(협업기반 플랫폼 구축형)", "joining resources (a platform built on collaboration)"),
            Said(
                "협업으로 만든 통합서비스체계로 비용과 시간을 줄이고 질을 높임",
                "one joint service system saves cost and time and raises quality",
            ),
        ),
    )
}

OPTION1: tuple[str, ...] = tuple(key for key, subtype in SUBTYPES.items() if subtype.option == 1)
OPTION2: tuple[str, ...] = tuple(key for key, subtype in SUBTYPES.items() if subtype.option == 2)
BY_NAME: dict[str, str] = {subtype.name.ko: key for key, subtype in SUBTYPES.items()}
