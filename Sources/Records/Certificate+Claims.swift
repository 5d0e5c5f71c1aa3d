import Identity
import Languages
import Papers
import Storage
import Values
import Volunteers
import Web

extension Transaction {
    /// The four blocks (decree 67): the volunteer; the service; the issuer; number, day and remarks.
    func draft(_ found: Certificate, _ served: Served, checker: ID<Person>, issuer: ID<Person>, at now: Instant) throws -> Paper.Draft {
        guard let institution = try organisation(found.institution), let expert = try expert(found.person) else { throw Problem.notFound }
        let names = try names(of: [checker, issuer])
        let number = try volunteerNumber(of: found.person, region: institution.region, at: now)
        let visits = served.records - served.solutions
        let content = "为\(served.firms)家中小企业提供一对一志愿服务：\([visits > 0 ? "面谈\(visits)次" : nil, served.solutions > 0 ? "书面方案\(served.solutions)份" : nil].compactMap { $0 }.joined(separator: "，"))。"
        // Masked unless the volunteer asks otherwise (decree 67); known from the agreement that they signed.
        let document = try identityDocument(of: found.person).map { "\($0.kind.words.chinese)　\($0.number)" } ?? ""
        let facts: [Claims.Fact] = [
            Claims.Fact("name", Words("姓名", "Name"), expert.name),
            Claims.Fact("volunteer", Words("志愿者编号", "Volunteer number"), number.text),
            Claims.Fact("document", Words("证件", "Document"), document),
            Claims.Fact("period", Words("服务期间", "Period"), Certificate.spoken(from: found.from, until: found.until, notAfter: now.day)),
            Claims.Fact("hours", Words("服务时长", "Hours"), "\(Certificate.hours(served.minutes))小时（\(Certificate.capital(served.minutes))小时）"),
            Claims.Fact("content", Words("服务内容", "Service"), content),
            Claims.Fact("inCharge", Words("负责人", "In charge"), names[issuer] ?? ""),
            Claims.Fact("handler", Words("经办人", "Handler"), names[checker] ?? ""),
            Claims.Fact("contact", Words("联系电话", "Telephone"), institution.telephone),
            Claims.Fact("minutes", Words("计入分钟", "Minutes counted"), "\(served.minutes.count)"),
            Claims.Fact("upTo", Words("截至公开编号", "Up to public number"), "\(served.upTo)"),
            Claims.Fact(
                "remarks", Words("备注", "Remarks"),
                "时长经志愿者与受助企业双方确认，不含路途时间；共\(served.records)条记录\(served.minutes.count)分钟，按半小时向下取整；截至公开记录第\(served.upTo)号。"),
        ]
        return Paper.Draft(.certificate, about: found.subject, institution: found.institution, holder: found.person, facts: facts.filter { !$0.value.isEmpty })
    }
}

extension Certificate {
    /// 2025年7月1日至2026年10月31日; in a month that is not over, until today.
    static func spoken(from: String, until: String, notAfter today: Day) -> String {
        guard let first = Day(from + "-01"), let month = Day(until + "-01") else { return "\(from)至\(until)" }
        let next = Day(number: month.number + 32)
        let last = min(Day(number: next.number - next.parts.day), today)
        func said(_ day: Day) -> String { "\(day.parts.year)年\(day.parts.month)月\(day.parts.day)日" }
        return "\(said(first))至\(said(last))"
    }

    /// 叁佰壹拾贰点伍
    static func capital(_ minutes: Minutes) -> String {
        let (digits, units) = (Array("零壹贰叁肆伍陆柒捌玖"), ["", "拾", "佰", "仟"])
        let whole = halfHours(minutes) / 2
        func group(_ number: Int) -> String {
            var (text, zero) = ("", false)
            for place in stride(from: 3, through: 0, by: -1) {
                let digit = number / [1, 10, 100, 1000][place] % 10
                if digit == 0 { zero = !text.isEmpty } else {
                    if zero { text += "零" }
                    (text, zero) = (text + String(digits[digit]) + units[place], false)
                }
            }
            return text
        }
        var text = whole >= 10_000 ? group(whole / 10_000) + "万" : ""
        let rest = whole % 10_000
        if rest > 0 { text += (whole >= 10_000 && rest < 1000 ? "零" : "") + group(rest) }
        if text.isEmpty { text = "零" }
        return halfHours(minutes) % 2 == 1 ? text + "点伍" : text
    }
}
