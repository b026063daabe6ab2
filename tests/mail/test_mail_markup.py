"""The source of a mail: one file, from which its text and its HTML are made."""

from app.services.mail import markup, outbox

SOURCE = """Subject: {{ name }} invites you

{{ name }} invites you to **{{ team }}**.

[Answer]({{ url }})

Lost? [Start again]({{ reset }}).

---

It works once.
"""


def test_text_has_the_label_in_front_of_each_link():
    assert markup.text_of(SOURCE) == (
        "Subject: {{ name }} invites you\n\n{{ name }} invites you to {{ team }}.\n\n"
        "Answer:\n{{ url }}\n\nLost? Start again: {{ reset }}.\n\nIt works once.\n"
    )


def test_html_has_a_button_and_small_print():
    html = markup.html_of(SOURCE)

    assert "{% block title %}{{ name }} invites you{% endblock %}" in html
    assert "<p>{{ name }} invites you to <strong>{{ team }}</strong>.</p>" in html
    assert '<p><a class="button" href="{{ url }}">Answer</a></p>' in html
    assert '<p>Lost? <a href="{{ reset }}">Start again</a>.</p>' in html
    assert '<p class="quiet">It works once.</p>' in html


def test_names_contain_no_markup(portal):
    name = "**Bold** [click](https://evil.example) <b>x</b>"
    with portal.writing():
        outbox.queue("removed", "alice@crew.test", organization=name)

    (mail,) = portal.mails()

    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert "**Bold** [click](" in text
    assert "**Bold** [click](" in html
    assert "evil.example" not in html.replace("evil\u2060.example", "")
    assert "<b>" not in html
