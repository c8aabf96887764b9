"""Somebody with a browser: opens pages, fills in the form whose button they press, follows where it leads."""

from io import BytesIO

from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.pages import Element, parse

Typed = str | tuple[BytesIO, str]

SAME_SITE = {"Sec-Fetch-Site": "same-origin"}
"""What browsers say of a form that was opened on the site it goes to."""


class Hand:
    """One person's browser. It can only do what the page in front of it offers."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.path = "/"
        self.answer: TestResponse | None = None

    def open(self, path: str) -> Element:
        """The page at an address of the market, after its redirects."""
        return self._arrive(self.client.get(path, follow_redirects=True))

    @property
    def page(self) -> Element:
        assert self.answer is not None
        return parse(self.answer.text)

    @property
    def text(self) -> str:
        return self.page.text

    def link(self, word: str) -> str:
        """Where the link that says `word` leads: that word alone before more of them."""
        links = [one for one in self.page.all("a") if word in one.text]
        assert links, f"no link {word!r} at {self.path}: {self.text[:1500]}"
        return min(links, key=lambda one: one.text != word).get("href")

    def follow(self, word: str) -> Element:
        return self.open(self.link(word))

    def press(self, word: str, where: str = "", **typed: Typed) -> Element:
        """Press the button that says `word` (in the form whose address holds `where`), with these fields typed."""
        form, button = self._form(word, where)
        fields = _filled(form)
        for name, value in typed.items():
            assert name in _names(form), f"no field {name!r} beside {word!r} at {self.path}: {sorted(_names(form))}"
            fields[name] = value
        if button.get("name"):
            fields[button.get("name")] = button.get("value")
        return self._send(form, fields, button.get("formaction"))

    def first_of(self, end: str) -> dict[str, str]:
        """Of every question whose field ends so the first answer."""
        radios = [one for one in self.page.all("input") if one.get("type") == "radio" and one.get("name").endswith(end)]
        return {one.get("name"): one.get("value") for one in reversed(radios)}

    def _send(self, form: Element, fields: MultiDict[str, Typed], elsewhere: str = "") -> Element:
        """To where the form says, or the button that was pressed (`elsewhere`)."""
        action = elsewhere or form.get("action") or self.path
        if form.get("method").lower() != "post":
            return self._arrive(self.client.get(action, query_string=fields, follow_redirects=True))
        return self._arrive(self.client.post(action, data=fields, headers=SAME_SITE, follow_redirects=True))

    def _form(self, word: str, where: str) -> tuple[Element, Element]:
        forms = {form.get("id"): form for form in self.page.all("form")}
        for button in self.page.all("button"):
            form = forms.get(button.get("form")) if button.get("form") else button.inside("form")
            if form and word in button.text and where in form.get("action"):
                return form, button
        raise AssertionError(f"no button {word!r} {where!r} at {self.path}: {self.text[:1500]}")

    def _arrive(self, answer: TestResponse) -> Element:
        self.answer, self.path = answer, answer.request.path
        assert answer.status_code == 200, f"{answer.status_code} at {self.path}: {parse(answer.text).text[:4500]}"
        return self.page


def _names(form: Element) -> set[str]:
    return {one.get("name") for one in form.all("input", "select", "textarea")}


def _filled(form: Element) -> MultiDict[str, Typed]:
    """The fields as the browser would send them untouched."""
    fields: MultiDict[str, Typed] = MultiDict()
    for one in form.all("input", "select", "textarea"):
        value = _value(one)
        if one.get("name") and value is not None:
            fields.add(one.get("name"), value)
    return fields


def _value(one: Element) -> str | None:
    if one.tag == "textarea":
        return one.text
    if one.tag == "select":
        options = list(one.all("option"))
        chosen = [option for option in options if "selected" in option.attributes] or options[:1]
        return chosen[0].get("value") if chosen else None
    if one.get("type") in ("checkbox", "radio"):
        return one.attributes.get("value", "on") if "checked" in one.attributes else None
    return None if one.get("type") in ("file", "submit", "button") else one.get("value")
