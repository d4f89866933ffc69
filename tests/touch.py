"""A finger, as a browser reports it."""


def swipe(page, *points):
    """Touch the page at a point, move over the others and let go."""
    session = page.context.new_cdp_session(page)
    for kind, (x, y) in zip(["touchStart", *["touchMove"] * len(points[1:])], points, strict=True):
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        page.wait_for_timeout(30)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(100)


def upwards(page, locator, distance=150):
    """Swipe as one scrolls down, beginning on the middle of an element, and say by how much the page has scrolled."""
    page.evaluate("scrollTo(0, 0)")
    box = locator.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    swipe(page, *[(x + t, y - t * distance / 5) for t in range(6)])
    return page.evaluate("scrollY")
