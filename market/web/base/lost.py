"""What no page brings back, and the sentences that say so: passwords that were typed, files that were chosen."""

from collections.abc import Iterable, Sequence

from wtforms import Field, FileField, PasswordField


def lost_words(fields: Iterable[Field], *, keeps_files: bool) -> str:
    """Names what was typed or chosen in these fields and must be once more; empty for nothing. `keeps_files`: what was
    sent is shown again by the form itself."""
    listed = list(fields)
    secrets = [one for one in listed if isinstance(one, PasswordField) and _is_emptied(one)]
    files = [one for one in listed if isinstance(one, FileField) and not keeps_files and getattr(one, "size", False)]
    again = [f"Riêng ô {_named(secrets)} chợ không giữ lại: mời gõ lại."] if secrets else []
    return " ".join([*again, f"Riêng ô {_named(files)} mời chọn lại tệp."] if files else again)


def _is_emptied(field: PasswordField) -> bool:
    return any(field.raw_data or ()) and getattr(field, "is_asked_again", True)


def _named(fields: Sequence[Field]) -> str:
    return ", ".join(f"“{field.label.text}”" for field in fields)
