"""The therapist's routes beside Streamlit's pages: recordings, corrections, uploads; only for our own pages."""

import asyncio
import json
import secrets
from functools import wraps
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from posecheck.app.live import TOKEN
from posecheck.app.therapist.desk import desk
from posecheck.app.therapist.door import COOKIE, LOCKED
from posecheck.app.therapist.files import report_file
from posecheck.clinic.own_error import own_error
from posecheck.clinic.sheet import changing, fixed, poses_of
from posecheck.errors import PosecheckError
from posecheck.records import Edit
from posecheck.reviewing import for_each, shifted

# Here nothing is far away: to compress ten minutes of poses takes a quarter of a second and saves none.
_AS_IT_IS = {"content-encoding": "identity"}
_EDIT = ("kind", "side", "rep", "start_s", "end_s", "value")
_MOST_ACTS, _MOST_BYTES = 2000, 1_000_000


def _ours(act):
    """Only pages of this server: they know its token, and say where they come from when they change something."""

    @wraps(act)
    async def guarded(request):
        token = request.query_params.get("token", "")
        origin = request.headers.get("origin")
        if not secrets.compare_digest(token, TOKEN) or (
            origin is not None and urlsplit(origin).netloc != request.headers.get("host")
        ):
            return PlainTextResponse("This address is for posecheck's own pages.", 403)
        try:
            return await act(request)
        except PosecheckError as error:
            return JSONResponse({"trouble": str(error)}, 409)

    return guarded


def _inside(act):
    """Only for whoever may see the therapist's pages, whatever the page knows."""

    @_ours
    @wraps(act)
    async def guarded(request):
        if await run_in_threadpool(desk().door.admits, request.cookies.get(COOKIE)):
            return await act(request)
        return JSONResponse({"trouble": LOCKED}, 403)

    return guarded


async def _case(request):
    """The recording that a request names; it may have to be read first."""
    case = await run_in_threadpool(desk().cases.get, request.path_params["key"])
    if case is None:
        raise PosecheckError("This recording is not open any more. Go back, and open it again.")
    return case


@_inside
async def _sheet(request):
    case = await _case(request)
    return await _json(lambda: {"title": case.title, "film": case.video() is not None, **_all(case)})


async def _json(told):
    """What a function tells, as JSON; both are made beside the loop that other pages wait for."""
    text = await run_in_threadpool(lambda: json.dumps(told(), allow_nan=False, separators=(",", ":")))
    return Response(text, media_type="application/json", headers=_AS_IT_IS)


def _all(case):
    return {**fixed(case.review, _own_error(case)), **_now(case)}


def _own_error(case):
    return own_error(desk().store, case.person, case.review.automatic)


def _now(case):
    return {**changing(case.review), "trouble": case.trouble}


@_inside
async def _poses(request):
    case = await _case(request)
    packed = await run_in_threadpool(poses_of, case.review.track)
    return Response(packed, media_type="application/octet-stream", headers=_AS_IT_IS)


@_inside
async def _film(request):
    case = await _case(request)
    path = await run_in_threadpool(desk().uploads.watchable, case)
    return Response(status_code=404) if path is None else FileResponse(path, media_type="video/mp4")


@_inside
async def _report(request):
    case, kind = await _case(request), request.path_params["kind"]
    note = request.query_params.get("note", "")[:2000]
    made = await run_in_threadpool(lambda: report_file(case, kind, note=note, error=_own_error(case)))
    if made is None:
        return Response(status_code=404)
    content, media_type = made
    name = f"{case.person or 'report'}-{case.key}.{kind.rsplit('.', 1)[-1]}"
    kept = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers={} if kind == "report.html" else kept)


@_inside
async def _corrected(request):
    case = await _case(request)
    act = request.path_params["act"]
    if act == "edits":
        told = await _body(request)
        author = str(told.get("author") or "therapist")[:80]
        await run_in_threadpool(lambda: case.edit(_edits(told, case.review.result), author=author))
    elif act in ("undo", "redo"):
        await run_in_threadpool(getattr(case, act))
    elif act == "exercise":
        told = await _body(request)
        await run_in_threadpool(case.judge_as, str(told.get("exercise")))
        return await _json(lambda: _all(case))
    else:
        return Response(status_code=404)
    return await _json(lambda: _now(case))


async def _body(request):
    body = await request.body()
    try:
        told = json.loads(body) if len(body) <= _MOST_BYTES else None
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise PosecheckError("This could not be read. Load the page again.")
    return told


def _edits(told, result):
    """Corrections as a page sends them; who and when are added later.

    Each act is a kind and the repetitions that it is meant for (``shift`` with ``delta_s``), or one `Edit` with times.
    """
    acts = told.get("acts")
    if not isinstance(acts, list) or not 0 < len(acts) <= _MOST_ACTS:
        raise PosecheckError("A list of corrections was expected. Load the page again.")
    try:
        return [edit for act in acts for edit in _expanded(act, result)]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise PosecheckError(
            f"A correction was expected, and this is none ({error}). Load the page again."
        ) from None


def _expanded(act, result):
    if "reps" not in act:
        return [Edit(**{name: act[name] for name in _EDIT if act.get(name) is not None})]
    reps = [(str(side), int(rep)) for side, rep in act["reps"]]
    if act["kind"] == "shift":
        return shifted(result, reps, float(act["delta_s"]))
    return for_each(result, reps, str(act["kind"]), act.get("value"))


@_inside
async def _welcome(request):
    """Whether a video may come: asked before it is sent, so that nobody waits for a refusal."""
    asked = request.query_params
    await run_in_threadpool(desk().uploads.welcome, asked.get("name", ""), _number(asked.get("size", "")))
    return Response(status_code=204)


def _number(text):
    return int(text) if text.isdigit() else None


@_inside
async def _upload(request):
    """A video's bytes, straight to a file: never more than a piece of it is in memory."""
    uploads, name = desk().uploads, request.query_params.get("name", "")
    length = _number(request.headers.get("content-length", ""))
    upload = await run_in_threadpool(uploads.begin, name, length)
    try:
        async for piece in request.stream():
            if piece:
                await run_in_threadpool(uploads.receive, upload, piece)
    except BaseException as error:
        # The page was left, or the upload cancelled: half a video is no use to anybody.
        await asyncio.shield(run_in_threadpool(uploads.forget, upload.key))
        if isinstance(error, ClientDisconnect):
            return Response(status_code=204)  # nobody hears it
        raise
    await run_in_threadpool(uploads.received, upload)
    return JSONResponse({"key": upload.key})


@_inside
async def _watched(request):
    """How far the videos are that are being watched."""
    uploads = desk().uploads
    busy = {
        one.key: {"state": one.state, "part": one.part, "left_s": one.left_s}
        for one in uploads.all()
        if one.state in ("waiting", "watching")
    }
    return JSONResponse({"drawn": uploads.drawn, "busy": busy})


@_ours
async def _door(request):
    """The passcode is given, set, changed or taken away; who did may go in."""
    told, act = await _body(request), request.path_params["act"]
    passcode, new = str(told.get("passcode") or ""), str(told.get("new") or "")
    door, grant = desk().door, None
    if act == "open":
        grant = await run_in_threadpool(door.open, passcode)
    elif act == "set":
        if new != str(told.get("again") or ""):
            raise PosecheckError("The two differ. Type the new passcode twice.")
        grant = await run_in_threadpool(door.set, passcode, new)
    elif act == "remove":
        await run_in_threadpool(door.remove, passcode)
    else:
        return Response(status_code=404)
    answer = JSONResponse({"done": act})
    if grant is not None:
        answer.set_cookie(COOKIE, grant, httponly=True, samesite="strict")
    return answer


@_ours
async def _leave(request):
    """Lock, and go back to practice."""
    desk().door.leave(request.cookies.get(COOKIE))
    answer = RedirectResponse("/", 303)
    answer.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return answer


def _key(act, methods=("GET",)):
    return {"endpoint": act, "methods": list(methods)}


ROUTES = [
    Route("/case/{key}/sheet.json", **_key(_sheet)),
    Route("/case/{key}/poses.bin", **_key(_poses)),
    Route("/case/{key}/film.mp4", **_key(_film)),
    Route("/case/{key}/files/{kind}", **_key(_report)),
    Route("/case/{key}/{act}", **_key(_corrected, ("POST",))),
    Route("/upload", **_key(_welcome, ("POST",))),
    Route("/upload", **_key(_upload, ("PUT",))),
    Route("/uploads.json", **_key(_watched)),
    Route("/door/leave", **_key(_leave)),
    Route("/door/{act}", **_key(_door, ("POST",))),
]
"""Below ``/room``."""
