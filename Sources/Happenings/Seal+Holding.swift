package import Holdings
import Languages
import Storage
import Values

extension Seal {
    /// The audit chain: ids and names of fields. It takes no change, so nothing in it may be somebody's word.
    package static let holding = Holding(
        "happening", key: "number", Words("登录和更改的日志", "The log of sign-ins and changes"),
        [.init("kind", Words("做了什么", "What was done")), .init("address", Words("网络地址", "Address")), .init("at", Words("时间", "Time"), .instant), .secret("fields")], .stays,
        why: Words("《网络安全法》要求留存日志；日志前后相扣，不能改动，只有编号，没有姓名和内容", "The Cybersecurity Law requires logs; they form a chain that takes no change, and hold numbers, no names and no texts"),
        whose: { person, _ in "by_party = \(Party.person(person))" })
}
