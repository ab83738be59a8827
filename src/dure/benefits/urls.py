from django.urls import path

from dure.benefits.pages import counter, find, kept, lists, result

app_name = "benefits"
urlpatterns = [
    path("benefits/", lists.index, name="index"),
    path("benefits/benefits.<slug:kind>", lists.export, name="export"),
    path("benefits/language/", lists.language, name="language"),
    path("benefits/find/", find.start, name="find"),
    path("benefits/find/people/", find.people, name="people"),
    path("benefits/find/people/<int:place>/", find.person, name="person"),
    path("benefits/find/home/", find.home, name="home"),
    path("benefits/find/ticks/<slug:step>/", find.ticks, name="ticks"),
    path("benefits/find/q/", find.question, name="question"),
    path("benefits/find/q/<slug:code>/", find.question, name="question_of"),
    path("benefits/find/q/<slug:code>/<int:member>/", find.question, name="question_of_member"),
    path("benefits/find/answers/", find.answers, name="answers"),
    path("benefits/find/result/", result.result, name="result"),
    path("benefits/find/result.pdf", result.paper, name="paper"),
    path("benefits/find/watch/", result.watch, name="watch"),
    path("benefits/find/watching/", result.watching, name="watching"),
    path("benefits/find/save/", result.save, name="save"),
    path("benefits/find/load/", result.load, name="load"),
    path("benefits/find/forget/", find.forget_all, name="forget"),
    path("benefits/find/forgotten/", find.forgotten, name="forgotten"),
    path("benefits/find/refer/", result.refer, name="refer"),
    path("benefits/find/application/", result.application, name="application"),
    path("benefits/kept/", kept.kept, name="kept"),
    path("benefits/watch/<uuid:id>/<str:token>/", kept.watch, name="watch_one"),
    path("benefits/watch/<uuid:id>/<str:token>/end/", kept.watch_end, name="watch_end"),
    path("benefits/counter/", counter.counter, name="counter"),
    path("benefits/counter/<uuid:id>/", counter.consent, name="consent"),
    path("benefits/counter/<uuid:id>/resume/", counter.resume, name="resume"),
    path("benefits/counter/<uuid:id>/withdraw/", counter.withdraw, name="withdraw"),
    path("benefits/<slug:id>/", lists.benefit, name="benefit"),
    path("benefits/<slug:id>/rule.yaml", lists.rule_file, name="rule_file"),
]
