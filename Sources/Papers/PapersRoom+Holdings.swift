package import Holdings
import Languages
import Storage
import Values

extension PapersRoom {
    private static let why = Words(
        "签发的文件要能核验10年，内容不能改；注销时销毁账本里的随机数，账本从此说不出是谁", "Issued papers can be checked for ten years and never change; on erasure the ledger's salts are destroyed, so that it says nothing of you any more")

    package var holdings: [Holding] {
        [
            Holding(
                "paper", Words("聘书、协议、证明", "Letters, agreements, certificates"),
                [.init("number", Words("文号", "Number")), .init("issued_at", Words("签发", "Issued"), .instant), .secret("claims"), .secret("code")], .stays, why: PapersRoom.why,
                also: { person, now, tx in try tx.eraseSalts(of: person, at: now) }, whose: { person, _ in "holder = \(person)" }),
            Holding(
                "paper_revocation", key: "paper", Words("撤销", "Revocations"), [.init("reason", Words("原因", "Reason"))], .stays, why: PapersRoom.why,
                whose: { person, _ in "paper in (select id from paper where holder = \(person))" }),
            Holding(
                "paper_suspension", Words("暂停", "Suspensions"), [.init("reason", Words("原因", "Reason"))], .stays, why: PapersRoom.why,
                whose: { person, _ in "paper in (select id from paper where holder = \(person))" }),
            Holding(
                "ledger_opening", key: "institution || '.' || cast(number as text)", Words("账本里的随机数", "Salts of the ledger"), [.secret("salt"), .secret("content")], .stays, why: PapersRoom.why,
                whose: { person, _ in "holder = \(person)" }),
            Holding(
                "sealing_refusal", key: "sealing", Words("没有用印的原因", "Why a seal was refused"), [.init("reason", Words("原因", "Reason"))], .stays, why: PapersRoom.why,
                whose: { person, _ in "sealing in (select id from sealing where paper in (select id from paper where holder = \(person)))" }),
            .nobodys("paper_key", Words("机构签名的钥匙", "The institution's signing keys"), ["secret_sealed"], why: Words("机构的", "The institution's")),
            .nobodys("ledger_key", Words("账本的签名钥匙", "The ledger's signing key"), ["secret_sealed"], why: Words("机构的", "The institution's")),
        ]
    }
}
