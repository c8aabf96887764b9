"""The one error page: what happened, what is kept, what to do, and the way back."""

from flask import Flask, g, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Response as BaseResponse

from market.base.config import MEGABYTE
from market.base.errors import Refused, SecondFactorNeeded, SignInNeeded
from market.base.outages import Outage, outage_of
from market.base.secrets import KeyMissing
from market.places.queries import UnknownHost
from market.web.base.addresses import parts_of
from market.web.base.bodies import AGAIN_SECONDS, TooManyBodies
from market.web.base.frame import SHOP, Frame, frame_of_page
from market.web.base.heavy import PageBusy, busy_page
from market.web.base.outages import down, note_outage
from market.web.base.refusals import note_refusal

ErrorPage = tuple[str, int] | BaseResponse

SENTENCES = {
    400: "Trang chưa đọc được điều vừa gửi. Mời quay lại và thử lần nữa.",
    403: "Việc này không dành cho tài khoản của bạn.",
    404: "Không tìm thấy trang này.",
    405: "Trang này không nhận cách gửi đó.",
    429: "Bạn vừa thử quá nhiều lần. Mời chờ vài phút rồi thử lại.",
    500: "Chợ gặp lỗi, chưa có gì bị đổi. Mời thử lại sau ít phút.",
}
NOTHING_KEPT = (
    "Chưa có gì được lưu từ lần gửi này. Mời bấm nút quay lại của máy: trang đang điền thường còn nguyên chữ đã gõ; "
)


BUSY = f"Chợ đang nhận nhiều lần gửi chưa trọn nên chưa nhận thêm được. {NOTHING_KEPT}chờ một phút rồi gửi lại."


def error_page(sentence: str, status: int, *, again: str | None = None, frame: Frame | None = None) -> tuple[str, int]:
    """`again` is the address of the page that was being filled in; `frame` is looked for where none is given."""
    frame = frame or frame_of_page()
    title = "Không tìm thấy" if status == 404 else "Chưa làm được"
    page = render_template(frame.template, title=title, sentence=sentence, again=again, frame=frame, desk=frame.desk)
    return page, status


def too_large() -> str:
    """What was too much of a request, how much may be sent, and what to do."""
    sent, most = request.content_length or 0, request.max_content_length or 0
    if sent <= most:
        return f"Lần gửi vừa rồi nhiều chữ hoặc nhiều ô quá. {NOTHING_KEPT}bớt đi rồi gửi lại."
    heavy = f"Lần gửi vừa rồi nặng {-(-sent // MEGABYTE)} MB, trang này nhận tới {most // MEGABYTE} MB một lần."
    return f"{heavy} {NOTHING_KEPT}chọn ảnh hoặc tệp nhẹ hơn rồi gửi lại."


def _page_before() -> str | None:
    """The address on this host that the request came from."""
    before = parts_of(request.referrer or "")
    return before.path if before.netloc == request.host and before.path != "/" else None


def _back() -> str | None:
    """The page that was asked for, or on which the form stood that was sent."""
    return request.full_path.rstrip("?") if request.method == "GET" else _page_before()


def add_error_pages(app: Flask) -> None:
    _add_outage_pages(app)
    _add_ways_in(app)

    @app.errorhandler(Refused)
    def refused(error: Refused) -> ErrorPage:
        note_refusal(error)
        again = _page_before() if request.method == "POST" and error.status != 404 else None
        return error_page(error.sentence, error.status, again=again)

    @app.errorhandler(UnknownHost)
    def nowhere(error: UnknownHost) -> ErrorPage:
        note_refusal(error)
        return render_template("errors/nowhere.html", sentence=error.sentence), error.status

    @app.errorhandler(PageBusy)
    def busy_turn(error: PageBusy) -> ErrorPage:
        note_refusal(error)
        return busy_page(error_page(error.sentence, error.status))

    @app.errorhandler(CSRFError)
    def forged(_error: CSRFError) -> ErrorPage:
        sentence = "Trang đã mở quá lâu nên chưa gửi được. Mời quay lại, tải lại trang rồi gửi lần nữa."
        return error_page(sentence, 400, again=_page_before())

    @app.errorhandler(RequestEntityTooLarge)
    def heavy(error: RequestEntityTooLarge) -> ErrorPage:
        return error_page(too_large(), error.code, again=_page_before())

    @app.errorhandler(TooManyBodies)
    def busy(error: TooManyBodies) -> ErrorPage:
        answer = make_response(error_page(BUSY, error.code, again=_page_before()))
        answer.headers["Retry-After"] = str(AGAIN_SECONDS)
        return answer

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> ErrorPage:
        status = error.code or 500
        return error_page(SENTENCES.get(status, SENTENCES[400 if status < 500 else 500]), status)


def _add_ways_in(app: Flask) -> None:
    @app.errorhandler(SignInNeeded)
    def sign_in(_error: SignInNeeded) -> ErrorPage:
        g.asked_first = True
        return redirect(url_for("account.sign_in", tiep=_back()), 303)

    @app.errorhandler(SecondFactorNeeded)
    def second_factor(error: SecondFactorNeeded) -> ErrorPage:
        g.asked_first = True
        page = "account.second_factor_ask" if error.has_one else "account.second_factor"
        return redirect(url_for(page, tiep=_back()), 303)


def _add_outage_pages(app: Flask) -> None:
    @app.errorhandler(SQLAlchemyError)
    @app.errorhandler(OSError)
    @app.errorhandler(KeyMissing)
    def outage(error: SQLAlchemyError | OSError | KeyMissing) -> ErrorPage:
        found = outage_of(error)
        if found is None:
            raise error
        note_outage(found, error)
        return outage_page(found)


def outage_page(outage: Outage) -> tuple[str, int]:
    """The page of a market that can answer no other now. A database that gives no answer is not asked once more, whose
    part of the market it is: that would be as long a wait again."""
    said, again = down(outage), _page_before() if request.method == "POST" else None
    note_refusal(said)
    return error_page(said.sentence, said.status, again=again, frame=SHOP if outage is Outage.AWAY else None)
