import Languages
import Markup
import Needs
import Storage
import Values
import Web

/// The other side in a matter of law (对方当事人): conflicts of interest run against them, so the owner is asked who they are,
/// and the expert reads it before accepting, whoever else stays blacked out.
enum Opponent {
    static let field = Field<String>.text("opponent", Words("对方是谁", "Who is the other side"), hint: Words("对方的名称或姓名，只给这位专家核对有没有利害关系；没有对方就写“无”", "Their name, shown to this expert alone to check for conflicts; if there is no other side, write “none”"), longest: 100)

    static let migration = Migration(
        "Cases", 10,
        ["create table need_opponent (need \(.text) not null primary key references need (id), name \(.text) not null, by_person \(.text) not null, at \(.int) not null)\(.strict)"])

    /// Several of these stand on one page, so the label holds its field; what is wrong leads to the first.
    static func ask(_ known: String?, isFirst: Bool) -> HTML {
        """
        <label class="field">\(field.label)\(field.hint.map { "<span class=\"hint\">\($0)</span>" as HTML })<input class="input"\(attribute: "id", isFirst ? "f-opponent" : nil) name="opponent" autocomplete="off" required value="\(known ?? "")"></label>
        """
    }

    static let wanting = Wrong("请写对方是谁，没有对方就写“无”", "Please say who the other side is; if there is none, write “none”")

    /// An urgent matter goes to the expert on duty before anybody was asked.
    static var unknown: HTML {
        say(.wait, "<p>\(Words("还没有问到对方当事人是谁。接手后请先问清，有利害关系就请换人。", "Nobody has been asked yet who the other side is. Ask first when you have accepted, and hand the case over if there is a conflict."))</p>")
    }

    /// What the expert reads before the answer.
    static func told(_ name: String) -> HTML {
        say(.wait, "<p>\(Words("对方当事人：", "The other side: "))<b>\(name)</b></p><p>\(Words("和对方有委托、任职、亲属等利害关系的，请答复“请别人更合适”。这个名称只用来核对，请保密。", "If you act for them, work for them or are related to them, answer that somebody else fits better. The name serves this check alone; please keep it to yourself."))</p>")
    }
}

extension Reader {
    func opponent(of need: ID<Need>) throws -> String? { try value("select name from need_opponent where need = \(need)") }
}

extension Transaction {
    func setOpponent(_ name: String, of need: ID<Need>, by person: ID<Person>, now: Instant) throws {
        try run(
            """
            insert into need_opponent (need, name, by_person, at) values (\(need), \(name), \(person), \(now))
            on conflict (need) do update set name = excluded.name, by_person = excluded.by_person, at = excluded.at
            """)
    }
}
