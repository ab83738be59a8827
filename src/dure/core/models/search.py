from __future__ import annotations

from django.db import models

from dure.core import clock


class SearchDocument(models.Model):
    """A public text as it can be found, with the words the retrieval engine made of it.

    What finds it is kept beside it by the database itself: on SQLite the FTS5 table `core_searchindex` (a trigger
    removes its row with this one), on PostgreSQL the column `lexemes` (tsvector). Both come from migration
    0002_search and are written by `core.search` only, in the same transaction as the row.
    """

    id = models.BigAutoField(primary_key=True)
    urn = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=40)
    area = models.CharField(max_length=5, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    updated = models.DateTimeField(default=clock.now)
    title = models.TextField()
    title_words = models.TextField(blank=True)
    title_spans = models.BinaryField(default=bytes)
    body_words = models.TextField(blank=True)
    body_spans = models.BinaryField(default=bytes)
    body = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "updated"], name="core_search_kind")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_from=None)
                | models.Q(valid_to=None)
                | models.Q(valid_to__gte=models.F("valid_from")),
                name="core_search_ends_later",
            )
        ]
