from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SimulationConfig(AppConfig):
    name = "dure.simulation"
    label = "simulation"
    verbose_name = _("모의계산")
