"""Every sentence the assistant itself says. One field here and one line in data/messages.yaml make a new one.

The sentences hold no placeholders: whatever is counted or named stands beside them on the page.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from catalog.fields import Record, Text


class Messages(Record):
    """The words of the assistant, each required, in plain Japanese."""

    welcome_title: Text
    welcome_lead: Text
    input_label: Text
    input_examples: Annotated[tuple[Text, ...], Field(min_length=3, max_length=3)]
    input_note: Text
    send: Text
    cannot_say: Text
    categories_title: Text
    under18_link: Text
    clarify_title: Text
    clarify_lead: Text
    clarify_unsure: Text
    check_ask: Text
    check_yes: Text
    check_no: Text
    check_skip: Text
    understood: Text
    because: Text
    read_title: Text
    together_lead: Text
    next_worry: Text
    not_this: Text
    not_this_lead: Text
    back: Text
    restart: Text
    suggest_title: Text
    if_no_answer: Text
    urgent_title: Text
    urgent_strip_label: Text
    urgent_fold: Text
    voiceless_title: Text
    quick_exit: Text
    human_line_title: Text
    error_empty: Text
    error_too_long: Text
    error_too_big: Text
    error_stale: Text
    error_unknown_option: Text
    error_not_found: Text
    error_server: Text
    error_bad_text: Text
    error_method: Text
    error_busy: Text
    no_model: Text
    free_call: Text
    paid_call: Text
    hours_label: Text
    official_link: Text
    more_ways: Text
    open_now: Text
    until: Text
    opens_next: Text
    closed_now: Text
    make_sure: Text
    no_answer_label: Text
    old_facts: Text
    verified_label: Text
    verified_partial: Text
    who_label: Text
    how_label: Text
    cost_label: Text
    site_name: Text
    skip_to_main: Text
    examples_title: Text
    say_more: Text
    go_on: Text
    urgent_folded: Text
    way_label: Text
    trail_title: Text
    change: Text
    error_title: Text
    to_start: Text
    pages_title: Text
    inside_title: Text
    updated_label: Text
    sources_label: Text
    ended: Text
    out_of_season: Text
    look_title: Text
    look_note: Text
    look_language: Text
    look_size: Text
    look_theme: Text
    look_ruby: Text
    theme_auto: Text
    theme_light: Text
    theme_dark: Text
    theme_contrast: Text
    ruby_on: Text
    ruby_off: Text
    reads_japanese: Text
    foreign_lines: Text
    steps_left: Text
    cannot_tell: Text
    way_filter: Text
    way_any: Text
    way_phone: Text
    way_chat: Text
    way_mail: Text
    way_visit: Text
    filter_nearest: Text
    first_words_label: Text
    today_label: Text
    weekdays_label: Text
    sheet_link: Text
    sheet_title: Text
    sheet_lead: Text
    sheet_trace: Text
    print_now: Text
    copy_numbers: Text
    copied: Text
    waiting: Text
    line_cut: Text
    exit_about: Text
    exit_more: Text
    numbers_title: Text
    numbers_lead: Text
    numbers_save: Text
    numbers_saved: Text
    numbers_erase: Text
    numbers_erased: Text
    numbers_note: Text
    numbers_no_script: Text
    services_title: Text
    contact_label: Text
    contact_note: Text
    contact_about: Text
    contact_send: Text
    contact_thanks: Text
    contact_unavailable: Text
    contacts_under18: Text
    helped_ask: Text
    helped_yes: Text
    helped_no: Text
    helped_thanks: Text
    share_title: Text
    share_what: Text
    share_yes: Text
    share_no: Text
    share_thanks: Text
    share_declined: Text
    share_unavailable: Text
    details: Text
    own_page: Text
