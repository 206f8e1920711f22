"""placeholder"""


def render(report, style):
    return ""
