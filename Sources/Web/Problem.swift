package import Languages

/// Why a request is not answered as it asked: a name for the log, a status, and words for the person.
/// Untyped errors become `.unexpected`, with a number to quote; nobody ever sees a stack.
package struct Problem: Error, Sendable {
    package let name: String
    package let status: Int
    package let title: Words
    package let advice: Words
    package var retryAfter: Int?
    /// The methods that the address knows (RFC 9110, 15.5.6).
    var allowed: String?

    package init(_ name: String, status: Int, _ title: Words, _ advice: Words, retryAfter: Int? = nil) {
        self.name = name
        self.status = status
        self.title = title
        self.advice = advice
        self.retryAfter = retryAfter
    }

    /// Not there, or not for this viewer: the answer is the same, so that nothing is given away (A4).
    package static let notFound = Problem(
        "notFound", status: 404, Words("没有找到这一页", "This page was not found"),
        Words("网址可能写错了，或者这一页不对您开放。可以回首页再找。", "The address may be mistyped, or the page is not open to you. You can start again from the home page."))
    package static let signIn = Problem(
        "signIn", status: 401, Words("请先登录", "Please sign in first"),
        Words("登录后会回到这一页，写过的内容都在。", "You will come back to this page afterwards; what you wrote is kept."))
    static func methodNotAllowed(_ allowed: String) -> Problem {
        var problem = Problem(
            "methodNotAllowed", status: 405, Words("这个网址不能这样打开", "This address cannot be opened this way"),
            Words("请从页面上的按钮进入。", "Please use the button on the page."))
        problem.allowed = allowed
        return problem
    }
    package static func badRequest(_ name: String) -> Problem {
        Problem(
            "badRequest.\(name)", status: 400, Words("这次请求不完整或不认识", "This request is incomplete or not understood"),
            Words("请返回上一页再试。写过的内容还在。", "Please go back and try again. What you wrote is still there."))
    }
    package static let staleForm = Problem(
        "staleForm", status: 403, Words("这一页放得太久了", "This page was open for too long"),
        Words("为了安全，请返回刷新后再交一次。写过的内容还在。", "For safety, please go back, reload and send it again. What you wrote is still there."))
    package static let tooLarge = Problem(
        "tooLarge", status: 413, Words("内容太大了", "That is too large"),
        Words("每个文件不超过20 MB。可以压缩后再传，或者分几次传。", "Each file may have up to 20 MB. Please compress it or send it in parts."))
    static let noRoom = Problem(
        "noRoom", status: 507, Words("现在收不了文件", "Files cannot be taken right now"),
        Words("系统的存储快满了，管理员会处理。文字照常能交，请先不带文件交一次，文件明天再补。", "Our storage is nearly full, and is being seen to. Words can still be sent: please send this without the file, and add the file tomorrow."))
    package static func tooMany(retryAfter: Int) -> Problem {
        Problem(
            "tooMany", status: 429, Words("来得太快了", "Too many requests"),
            Words("请稍等一分钟再试。", "Please wait a minute and try again."), retryAfter: retryAfter)
    }
    package static let wrongHost = Problem(
        "wrongHost", status: 421, Words("这个网址不属于本站", "This address is not ours"),
        Words("请从本站的网址进入。", "Please use the site's own address."))
    package static let busy = Problem(
        "busy", status: 503, Words("现在人多，稍等一下", "Very busy right now"),
        Words("请过半分钟再试。写过的内容还在。", "Please try again in half a minute. What you wrote is kept."), retryAfter: 30)
    package static let needsTLS = Problem(
        "needsTLS", status: 403, Words("这里不能登录：连接没有加密", "Sign-in cannot work here: the connection is not encrypted"),
        Words(
            "不加密时浏览器不保存登录凭据。请用https打开，或在本机用localhost打开。管理员：用serve --tls启动。",
            "Without encryption browsers do not keep the sign-in. Please use https, or localhost on this machine. Administrator: start with serve --tls."))
    package static func unexpected() -> Problem {
        Problem(
            "unexpected", status: 500, Words("我们这边出了问题", "Something went wrong on our side"),
            Words("不是您的问题，写过的内容还在。请过一会儿再试；要是急，打电话告诉我们下面的编号。", "It is not your fault, and what you wrote is kept. Please try again shortly; if it is urgent, call us and quote the number below."))
    }
}
