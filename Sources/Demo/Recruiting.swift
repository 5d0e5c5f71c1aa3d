import Identity
import Languages
import Reference
import Storage
import Values
import Volunteers
import Web

extension Stage {
    /// A call that is open, and who has applied: one to be reviewed, one to be decided, one not selected, one with the agreement
    /// to sign.
    func recruit(_ house: House) async throws {
        guard let officer = house.officer.person else { throw WorldFailure.noData }
        let call = Recruitment(
            id: ID(at: now - .days(12)), institution: house.institution, region: "330000", title: "技术、法律类志愿专家招募公告",
            time: "聘期两年，每年约40至60小时，具体时间自己定", place: "线上为主，需要时到台州、绍兴、金华的企业现场",
            content: "为中小企业提供一对一咨询：看图纸、看合同、看现场，给出书面方案；参加工作站的沙龙和讲座。",
            conditions: "高级职称或10年以上从业经历；律师等执业人员要有有效的执业证；在职的要单位同意。身体健康，乐于助人。", wanted: 12, domains: [.technology, .law],
            how: "在本页网上报名，填好后可以先存着；也可以打咨询电话，由我们替您填。", risks: "入企服务有路途和车间现场的安全风险；意见供企业参考，可能因企业自身情况没有达到预期效果；会占用您约定的时间。",
            guarantees: "服务期间投保意外伤害险；上岗前培训；按规定报销交通和误餐；如实记录服务时间，免费出具志愿服务记录证明；个人信息依法保护。",
            until: now.day + 20, by: officer, at: now - .days(12))
        try await database.write { try $0.publish(call) }
        try await database.write { tx in
            try tx.save(
                Team(
                    institution: house.institution, name: "浙江省中小企业专家志愿服务团",
                    charter: "宗旨：自愿、无偿、平等、诚信、合法，帮助中小企业解决经营中的困难。\n成员：经遴选、签订服务协议并受聘的志愿专家。入团自愿，退团自由。\n组织：按领域设分队，由服务机构负责日常管理，接受中小企业主管部门和民政部门指导、监督。",
                    head: nil, leaders: [:]), by: officer, at: now - .days(300))
        }
        for (index, applicant) in Stage.applicants.enumerated() {
            let at = now - .days(9 - index * 2)
            let (name, mobile) = (applicant.name, "137\(String(57_700_000 + index))")
            try await database.write { tx in
                let person = try tx.findOrMakePerson(mobile: mobile, name: name, now: at)
                let application = Application(
                    id: ID(at: at), institution: house.institution, region: "330000", recruitment: call.id, person: person, entry: applicant.entry, background: applicant.background,
                    hours: 40 + index * 10, at: at, state: .sent)
                try tx.send(application)
                guard index < 3, var it = try tx.application(application.id) else { return }
                let review = Application.Review(isSuitable: index != 0, reason: index == 0 ? "执业不满10年，材料里没有职称证明" : "职称、年限和证书都核对过，符合条件", by: officer, at: at + .days(1))
                try it.review(review)
                try tx.save(review, of: it, by: try house.officer.may(Permission<Application.Review, Application>.review, it), from: "")
                guard index < 2 else { return }
                let may = try house.head.may(Permission<Application.Selection, Application>.select, it)
                let selection = Application.Selection(
                    isSelected: index == 1, reason: index == 1 ? "技术面缺注塑方向的专家" : "这次要求从业10年以上，您的专业很好，明年欢迎再报", by: may.person, at: at + .days(2))
                try it.select(selection)
                try tx.save(selection, of: it, reviewedBy: officer, by: may, from: "")
                guard index == 1 else { return }
                let expert = try tx.enrol(it, enteredBy: officer, at: at + .days(2))
                let day = (at + .days(2)).day
                try tx.offerAgreement(to: expert, .init(hours: 50, ways: .both, domains: expert.domains, from: day, until: day + 729), by: may.person, at: at + .days(2))
            }
        }
    }

    private static let applicants: [(name: String, entry: ExpertEntry, background: Background)] = [
        (
            "贺知行",
            ExpertEntry(
                name: "贺知行", kind: .legal, standing: .inService, employer: "浙江某某律师事务所", headline: Words("执业律师，专做合同纠纷", "Lawyer for contract disputes"),
                biography: Words("办过一百多件买卖合同案件，愿意帮企业看合同。", "Over a hundred contract cases; glad to read contracts for small firms."), domains: [.law], subTopics: [], region: "331003"),
            Background(employerConsent: .given, licences: [Licence(kind: .lawyer, number: "13310201910000001", until: nil)], firmConsents: true)
        ),
        (
            "邱月明",
            ExpertEntry(
                name: "邱月明", kind: .science, standing: .retired, employer: "原台州塑料研究所", headline: Words("原台州塑料研究所高级工程师，已退休", "Retired senior engineer of a plastics institute"),
                biography: Words("注塑成型干了三十五年，缩水、变形、顶白都能看。", "Thirty-five years of injection moulding."), domains: [.technology], subTopics: [], region: "331003"),
            Background()
        ),
        (
            "童素心",
            ExpertEntry(
                name: "童素心", kind: .policy, standing: .retired, employer: "原某市经济和信息化局", headline: Words("原市经信局干部，已退休", "Formerly of a city's bureau of industry, retired"),
                biography: Words("熟悉技改、专精特新政策。", "Knows the policies for renewal and specialised firms."), domains: [.policy], subTopics: [], region: "330600"),
            Background(office: .init(unit: "某市经济和信息化局", rank: .leader, left: Day(2025, 3, 31) ?? Day(number: 20_178), region: "330600", domains: [.policy]))
        ),
        (
            "费长河",
            ExpertEntry(
                name: "费长河", kind: .executive, standing: .inService, employer: "浙江某某机械股份有限公司", headline: Words("生产副总，带过三家工厂", "Head of production, has run three factories"),
                biography: Words("现场管理、排产、降本。", "Shop floor, planning, costs."), domains: [.management, .technology], subTopics: [], region: "330700"),
            Background(employerConsent: .asked)
        ),
    ]
}
