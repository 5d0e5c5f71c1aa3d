package import Files
package import Languages
import Storage
package import Values
import Web

/// The first key: what was made at the time (凭证). Each row is enough by itself, and says how many minutes it bears out at most.
package struct Evidence: Sendable, Equatable {
    package let id: ID<Evidence>
    package let kind: Kind
    package let most: Minutes
    package let madeAt: Instant
    package let by: ID<Person>
    package let file: ID<StoredFile>?
    package let version: Int?
    /// When it came to the record: the owner is asked from then on.
    package let at: Instant

    package enum Kind: String, CellCodable, CaseIterable, Sendable {
        /// Start and end pressed by the expert, and the code on the owner's phone typed on the spot.
        case visitCode
        /// Start and end pressed by the expert, and "we have begun" pressed by the owner.
        case ownerBegun
        case callLog
        /// 现场服务单
        case sheet
        case solution

        package var words: Words {
            switch self {
            case .visitCode: Words("起止时间＋到访码", "Start and end, and the visit code")
            case .ownerBegun: Words("起止时间＋企业按了“开始了”", "Start and end, and the owner's “we have begun”")
            case .callLog: Words("通话记录", "Call log")
            case .sheet: Words("现场服务单", "Signed service sheet")
            case .solution: Words("书面方案", "Written solution")
            }
        }
    }

    /// One paper proves one service: it was evidence before.
    struct UsedBefore: Error, Equatable {
        /// Of the service that it proved; only for those who may see that record.
        let day: Day?

        var words: Words {
            day.map { Words("这份凭证已经用在\($0.date().chinese)的服务上了，一份只能证明一次", "It is the evidence of \($0.date().english) already; one paper proves one service") }
                ?? Words("这份凭证已经用过了，一份只能证明一次", "It was used as evidence already; one paper proves one service")
        }
    }

    /// A paper is known by its content, whatever it is called: nobody proves a second service with it.
    static let migration = Migration(
        "Records", 6,
        [
            "alter table service_evidence add column sha256 \(.text)",
            .halves(sqlite: "drop trigger service_evidence_no_update", postgres: "alter table service_evidence disable trigger service_evidence_append_only"),
            // What counted twice before the rule came keeps its first use.
            """
            update service_evidence set sha256 = (select f.sha256 from file f where f.id = service_evidence.file) where file is not null and not exists (
                select 1 from service_evidence e join file g on g.id = e.file join file f on f.sha256 = g.sha256 where f.id = service_evidence.file and e.id < service_evidence.id)
            """,
            .halves(
                sqlite: "create trigger service_evidence_no_update before update on service_evidence begin select raise(abort, 'append only'); end",
                postgres: "alter table service_evidence enable trigger service_evidence_append_only"),
            "create unique index service_evidence_paper on service_evidence (sha256)",
            .halves(
                sqlite: "select 1",
                postgres: """
                    create function evidence_content() returns trigger language plpgsql as \
                    $$ begin if new.sha256 is distinct from (select f.sha256 from file f where f.id = new.file) then raise exception 'evidence is known by its content'; end if; return new; end $$
                    """),
            .halves(
                sqlite: """
                    create trigger service_evidence_content before insert on service_evidence when new.sha256 is not (select f.sha256 from file f where f.id = new.file)
                    begin select raise(abort, 'evidence is known by its content'); end
                    """,
                postgres: "create trigger service_evidence_content before insert on service_evidence for each row execute function evidence_content()"),
        ])

    /// Kinds that come as a paper.
    static let papers: [Kind] = [.sheet, .callLog]
    static let kindField = Field<Kind>.choice("kind", Words("是什么凭证", "What kind of evidence"), of: papers, columns: true) { $0.words }
}
