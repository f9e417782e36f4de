from django.core.exceptions import ValidationError


def keep(row, name, message):
    """For a model's `clean`: what names the row elsewhere stays as it is stored.

    `message` says why, with `%(kept)s` for what it was.
    """
    stored = type(row)._default_manager.filter(pk=row.pk).values_list(name, flat=True)
    kept = stored.first() if row.pk else None
    if kept is not None and kept != getattr(row, name):
        raise ValidationError({name: message % {"kept": kept}})
