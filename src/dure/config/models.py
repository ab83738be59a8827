"""What this installation remembers about itself."""

from __future__ import annotations

from django.db import models

from dure.core import clock


class LoadedData(models.Model):
    """One row for each loader (or demo) that has run: with which version of its data, and when."""

    name = models.CharField(max_length=120, primary_key=True)
    version = models.CharField(max_length=120)
    loaded_at = models.DateTimeField(default=clock.now)
