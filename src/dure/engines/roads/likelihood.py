"""How likely is it that a point was reported from this road?

Idea (as in map matching by hidden Markov models, Newson and Krumm 2009, with the width of the road added): whoever
reports stands evenly anywhere across the carriageway, the receiver errs by a Gaussian, and drawn lines err, too. So the
likelihood of a point `d` metres from the middle of a road of half width `h` is the Gaussian taken over [d - h, d + h],
divided by the width. Against it stands 'none of these roads': the same for every point, NOWHERE for each metre.
"""

from __future__ import annotations

from math import cos, erf, exp, radians, sqrt

ACCURACY_M = 30.0  # where a device told none
LEAST_SIGMA_M = 3.0  # no telephone is better, and lines are drawn no better
DRAWN_M = 100.0  # standard deviation of a line that is marked approximate
BEYOND = 3.0  # standard deviations outside the carriageway at which a road is no longer looked at
MAX_SIGMA_M = 150.0  # beyond this the nearest roads say nothing more, and looking at all of them would take long
NOWHERE = 0.0005
_P95 = 2.4477  # radius that holds 95 % of a Gaussian in the plane: what the W3C Geolocation API calls accuracy
_KAPPA = 4.0  # concentration of headings round the direction of the road (von Mises), about 30 degrees
_MEAN = 0.2070019  # mean of exp(kappa (cos x - 1)) over the circle
_WAYWARD = 0.1  # share of headings that say nothing: standing still, turning, a compass beside metal


def sigma_m(accuracy_m: float | None) -> float:
    """Standard deviation along one axis for a radius that holds the true place in 95 of 100 cases."""
    return max((ACCURACY_M if accuracy_m is None else accuracy_m) / _P95, LEAST_SIGMA_M)


def across(distance_m: float, half_width_m: float, sigma: float) -> float:
    """Likelihood of a point at that distance from the middle of a road, for each metre."""
    root = sigma * sqrt(2.0)
    return (erf((distance_m + half_width_m) / root) - erf((distance_m - half_width_m) / root)) / (4.0 * half_width_m)


def along(apart_deg: float) -> float:
    """How much more likely a heading that many degrees off the road is than one from anywhere."""
    return _WAYWARD + (1.0 - _WAYWARD) * exp(_KAPPA * (cos(radians(apart_deg)) - 1.0)) / _MEAN
