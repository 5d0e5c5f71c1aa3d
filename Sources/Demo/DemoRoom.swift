import Identity
import Languages
import Markup
import Messaging
package import Storage
import Values
package import Web

/// The face of Demo: one person per role with a button that signs in, and the outbox of mails and text messages.
/// Its routes answer only in a database that is marked as a demo (decision 13).
package struct DemoRoom: Room {
    package init() {}

    package var migrations: [Migration] { [Cast.migration] }

    static let page = Path("demo")
    static let outbox = Path("demo/outbox")
    static let role = Field<String>.text("role", Words("角色", "Role"), longest: 40)

    package func routes(_ routes: inout Routes) {
        routes.get(DemoRoom.page, .demo) { visit, _ in try await show(visit) }
        routes.post(DemoRoom.page, .demo) { visit, _ in try await enter(visit) }
        routes.get(DemoRoom.outbox, .demo) { visit, _ in try await letters(visit) }
    }

    private func show(_ visit: Visit) async throws -> Answer {
        let cast = try await visit.read { try Cast.load($0) }
        return .page(
            Page(
                Words("演示", "Demonstration"), width: .narrow,
                """
                \(title(Words("选一个人，看看这里怎样办事", "Choose a person and see how things are done"), "\(Words("机构、人员与数据均为虚构。点一下就以这个人登录。", "All organisations, people and data are invented. One click signs you in as this person."))"))
                <ul class="list">\(each: cast.parts, { part in
                    "<li class=\"row\">\(face(part.name, small: true))<span class=\"grow\"><b>\(part.name)</b><br><span class=\"soft small\">\(part.words)</span></span>\(form(DemoRoom.page(), "<button class=\"btn\" name=\"role\" value=\"\(part.key)\">\(Words("以\(part.name)登录", "Sign in as \(part.name)"))</button>"))</li>"
                })</ul>
                <p class="mt"><a href="\(DemoRoom.outbox())">\(Words("看发出的短信和邮件", "See the text messages and mails that were sent"))</a></p>
                """))
    }

    private func enter(_ visit: Visit) async throws -> Answer {
        var form = try await visit.form(["role"])
        let key = form.value(DemoRoom.role)
        let (now, address, old) = (visit.now, visit.address, visit.session)
        let cookie = try await visit.write { tx -> String in
            guard let part = try Cast.load(tx).parts.first(where: { $0.key == key }) else { throw Problem.notFound }
            if let old { try tx.endSession(old, now: now) }
            return try tx.beginSession(part.person, part.isStaff ? .staff : .code, factor: part.isStaff, address: address, device: "demo", now: now)
        }
        return Answer.see(Link(path: "/start")).with(Cookie(Cookie.session, cookie, seconds: nil))
    }

    private func letters(_ visit: Visit) async throws -> Answer {
        let letters = try await visit.read { try $0.outbox(limit: 100) }
        return .page(
            Page(
                Words("发件箱", "Outbox"), width: .narrow, back: (DemoRoom.page(), Words("演示", "Demonstration")),
                """
                \(title(Words("发出的短信和邮件", "Text messages and mails"), "\(Words("新的在前。演示里不真的发出去。", "Newest first. In a demonstration nothing is really sent."))"))
                \(letters.isEmpty ? empty(Words("还没有发过", "Nothing was sent yet"), Words("登录要验证码、轮到某人办事时，短信和邮件会出现在这里。", "Codes, turns and notices appear here when they are sent.")) : """
                    <ul class="list">\(each: letters, { entry in
                        "<li><p class=\"row\"><b>\(entry.letter.channel == .text ? Words("短信", "Text message") : Words("邮件", "Mail"))</b><span>\(entry.letter.recipient)</span><span class=\"soft small\">\(entry.at.spoken(now: visit.now))</span></p>\(entry.letter.subject.isEmpty ? nil : "<p><b>\(entry.letter.subject)</b></p>" as HTML)\(each: entry.letter.body.split(separator: "\n"), { "<p>\($0)</p>" })</li>"
                    })</ul>
                    """ as HTML)
                """))
    }
}
