import Identity
import Languages
import Markup
import Reference
import Storage
import Values
import Web

// MARK: As anybody sees the calls

extension Recruitment {
    static func showList(_ visit: Visit) async throws -> Answer {
        let (today, now, viewer) = (visit.now.day, visit.now, visit.viewer)
        let own = viewer.memberships.first { Permission<Recruitment, Recruitment>.publish.grants.map(\.role).contains($0.role) }?.organisation
        let (open, names, mine) = try await visit.read { reader in
            let open = try reader.openRecruitments(on: today, limit: 100)
            return (open, try reader.organisations(open.map(\.institution)), try own.map { try reader.recruitments(of: $0, limit: 50) } ?? [])
        }
        let past = mine.filter { !$0.isOpen(on: today) }
        return .page(
            Page(
                Words("招募志愿专家", "Experts wanted"), word: "experts", isPublic: viewer.person == nil,
                """
                \(Web.title(Words("招募志愿专家", "Experts wanted"), "\(Words("懂政策、懂法律、懂技术、会管理，愿意无偿帮中小企业出主意的，都欢迎。", "If you know policy, law, technology or management and would help small firms free of charge, you are welcome."))"))\(own == nil ? nil : """
                    <div class="row mb"><a class="btn go" href="\(Recruitment.new())">\(Words("发布招募公告", "Publish a call"))</a>\
                    <a class="btn" href="\(Application.list())">\(Words("看报名", "See the applications"))</a>\
                    <a class="btn" href="\(PersonalInvitation.new())">\(Words("定向邀请一位", "Invite somebody"))</a></div>
                    """ as HTML)
                \(open.isEmpty
                    ? empty(Words("现在没有招募公告", "No call is open now"), Words("有新的招募时公布在这里。急着想帮忙，可以打页脚的咨询电话。", "New calls are published here. If you would like to help now, call the number at the foot of the page."))
                    : "<ul class=\"list\">\(each: open, { one in one.line(names[one.institution]?.name ?? "", now) })</ul>")
                \(past.isEmpty ? nil : "<h2 class=\"h3 mt\">\(Words("过去的公告", "Past calls"))</h2><ul class=\"list\">\(each: past, { one in one.line("", now) })</ul>" as HTML)
                """))
    }

    private func line(_ institution: String, _ now: Instant) -> HTML {
        """
        <li><a class="hit" href="\(Recruitment.page(id))"><span><b>\(title)</b><br><span class="soft small">\(institution)\(institution.isEmpty ? Words("", "") : Words("　", " · "))\(Words("要\(wanted)位", "\(wanted) wanted"))\(Words("　", " · "))\
        \(closing == nil && until >= now.day ? Words("报名到\(until.spoken(now: now).chinese)", "apply by \(until.spoken(now: now).english)") : Words("已结束", "Ended"))</span></span></a></li>
        """
    }

    static func showPage(_ visit: Visit, _ id: ID<Recruitment>) async throws -> Answer {
        let (viewer, today) = (visit.viewer, visit.now.day)
        let (found, institution) = try await visit.read { reader in
            guard let found = try reader.recruitment(id) else { throw Problem.notFound }
            // What is over is for those who published it.
            guard found.isOpen(on: today) || viewer.could(Permission<Recruitment, Recruitment>.publish, found) else { throw Problem.notFound }
            return (found, try reader.organisation(found.institution))
        }
        let isOurs = viewer.could(Permission<Recruitment, Recruitment>.publish, found)
        let telephone = institution?.telephone ?? ""
        return .page(
            Page(
                Words(same: found.title), word: "experts", width: .narrow, back: (Recruitment.list(), Words("全部招募公告", "All calls")), isPublic: viewer.person == nil,
                """
                \(Web.title(Words(same: found.title), "\(institution?.name ?? "")\(Words("　", " · "))\(Words("发布于", "published "))\(found.at.day.full())"))
                \(found.isOpen(on: today) ? nil : say(.wait, "<p>\(Words("这次招募已结束", "This call has ended"))\(found.closing.map { "\(Words("：", ": "))\($0.reason)" })</p>"))
                <p class="row">\(each: found.domains, { tag($0.words, .line) })</p>
                <dl class="facts">\
                <dt>\(Words("时间", "Time"))</dt><dd>\(paragraphs(found.time))</dd>\
                <dt>\(Words("地点", "Place"))</dt><dd>\(paragraphs(found.place))</dd>\
                <dt>\(Words("内容", "Content"))</dt><dd>\(paragraphs(found.content))</dd>\
                <dt>\(Words("条件", "Conditions"))</dt><dd>\(paragraphs(found.conditions))</dd>\
                <dt>\(Words("数量", "Number"))</dt><dd>\(Words("\(found.wanted)位", "\(found.wanted)"))</dd>\
                <dt>\(Words("怎么报名", "How to apply"))</dt><dd>\(paragraphs(found.how))<p>\(Words("报名截止：", "By "))\(found.until.full())</p></dd>\
                <dt>\(Words("可能的风险", "Possible risks"))</dt><dd>\(paragraphs(found.risks))</dd>\
                <dt>\(Words("提供的保障", "What is guaranteed"))</dt><dd>\(paragraphs(found.guarantees))</dd></dl>
                \(say(.plain, "<p>\(Words("服务自愿、无偿。任何人以志愿服务的名义收钱、推销，请告诉我们。", "Service is voluntary and unpaid. If anybody takes money or sells in its name, please tell us."))</p>"))
                \(found.isOpen(on: today) ? """
                    <p class="mt row"><a class="btn go big" href="\(Recruitment.application(id))">\(Words("报名做志愿专家", "Apply as a volunteer expert"))</a>\
                    \(telephone.isEmpty ? nil : "<a class=\"btn\" href=\"\(Link(telephone: telephone))\">\(Words("先打电话问问", "Call first"))</a>" as HTML)</p>
                    """ as HTML : nil)
                \(isOurs && found.isOpen(on: today) ? "<p class=\"mt\"><a class=\"btn quiet\" href=\"\(Recruitment.closing(id))\">\(Words("提前结束招募", "End this call early"))</a></p>" as HTML : nil)
                """))
    }

    // MARK: Publishing

    static let title = Field<String>.text("title", Words("标题", "Title"), longest: 60)
    static let time = Field<String>.area("time", Words("时间", "Time"), hint: Words("从什么时候到什么时候，一年大约多少小时", "From when to when, and about how many hours a year"), longest: 300, low: true)
    static let place = Field<String>.area("place", Words("地点", "Place"), hint: Words("线上、入企、工作站", "Online, at firms, at workstations"), longest: 300, low: true)
    static let content = Field<String>.area("content", Words("内容", "Content"), longest: 2000)
    static let conditions = Field<String>.area("conditions", Words("条件", "Conditions"), hint: Words("职称、年限、证书；在职的要单位同意", "Title, years, licences; whoever is in service needs the employer's consent"), longest: 1000)
    static let wanted = Field<Int>.number("wanted", Words("数量", "How many"), in: 1...1000)
    static let how = Field<String>.area("how", Words("怎么报名", "How to apply"), longest: 500, low: true)
    static let risks = Field<String>.area("risks", Words("可能的风险", "Possible risks"), hint: Words("如实写：路上、车间现场、意见被误用、占用的时间", "Truthfully: on the road, on the shop floor, advice that is misused, time"), longest: 1000)
    static let guarantees = Field<String>.area("guarantees", Words("提供的保障", "What is guaranteed"), hint: Words("意外保险、交通误餐补助、培训、记录和证明", "Accident insurance, travel and meals, training, records and certificates"), longest: 1000)
    static let until = Field<Day>.day("until", Words("报名截止", "Applications until"))
    static let reason = Field<String>.text("reason", Words("为什么提前结束", "Why it ends early"), hint: Words("公布在公告上，如“已招满”", "Shown on the call, such as “all places taken”"), longest: 100)
    static let names = ["title", "time", "place", "content", "conditions", "wanted", "domains", "how", "risks", "guarantees", "until"]

    static func showNew(_ visit: Visit, _ form: Form? = nil) throws -> Answer {
        _ = try visit.viewer.may(Permission<Recruitment, Recruitment>.publish)
        var form = form ?? Form()
        form.fill(how, "在本页网上报名，填好后可以先存着；也可以打咨询电话，由我们替您填。")
        form.fill(risks, "入企服务有路途和车间现场的安全风险；意见供企业参考，可能因企业自身情况没有达到预期效果；会占用您约定的时间。")
        form.fill(guarantees, "服务期间投保意外伤害险；上岗前培训；按规定报销交通和误餐；如实记录服务时间，免费出具志愿服务记录证明；个人信息依法保护。")
        form.fill(until, "\(visit.now.day + 30)")
        return .page(
            Page(
                Words("发布招募公告", "Publish a call"), word: "experts", width: .narrow, back: (Recruitment.list(), Words("招募", "Calls")), wrongs: form.wrongs.count,
                """
                \(Web.title(Words("发布招募公告", "Publish a call"), "\(Words("发布后不能改，写错了就结束它，另发一份。", "What is published cannot be changed; a mistake is mended by ending it and publishing another."))"))
                \(form.summary)
                \(Web.form(Recruitment.new(), """
                    \(form.show(title))\(form.show(ExpertEntry.domains))\(form.show(time))\(form.show(place))\(form.show(content))\(form.show(conditions))\(form.show(wanted))\
                    \(form.show(how))\(form.show(risks))\(form.show(guarantees))\(form.show(until))\
                    <p><button class="btn go big">\(Words("发布招募公告", "Publish the call"))</button></p>
                    """))
                """))
    }

    static func publish(_ visit: Visit) async throws -> Answer {
        var form = try await visit.form(names, several: ["domains"])
        let title = form.value(title)
        let domains = form.all(ExpertEntry.domains)
        if domains.isEmpty { form.wrong(ExpertEntry.domains, Wrong("至少选一个领域", "Choose at least one field")) }
        let (time, place, content, conditions, wanted) = (form.value(time), form.value(place), form.value(content), form.value(conditions), form.value(wanted))
        let (how, risks, guarantees, until) = (form.value(how), form.value(risks), form.value(guarantees), form.value(until))
        if let until, until < visit.now.day { form.wrong(Recruitment.until, Wrong("截止日要在今天以后", "The last day must lie ahead")) }
        guard form.isGood, let title, let time, let place, let content, let conditions, let wanted, let how, let risks, let guarantees, let until else {
            return try showNew(visit, form)
        }
        let (viewer, now, address) = (visit.viewer, visit.now, visit.address)
        let link = try await visit.write(once: form) { tx in
            let may = try viewer.may(Permission<Recruitment, Recruitment>.publish)
            guard let institution = may.organisation, let found = try tx.organisation(institution), found.kind == .institution else { throw Problem.notFound }
            let new = Recruitment(
                id: ID(at: now), institution: institution, region: found.region, title: title, time: time, place: place, content: content, conditions: conditions,
                wanted: wanted, domains: domains, how: how, risks: risks, guarantees: guarantees, until: until, by: may.person, at: now)
            try tx.publish(new, by: may, from: address)
            return Recruitment.page(new.id)
        }
        return .see(link, saying: Words("招募公告已发布", "The call is published"))
    }

    // MARK: Ending early

    static func showClosing(_ visit: Visit, _ id: ID<Recruitment>, _ form: Form = Form()) async throws -> Answer {
        let viewer = visit.viewer
        let found = try await visit.read { reader in
            guard let found = try reader.recruitment(id) else { throw Problem.notFound }
            _ = try viewer.may(Permission<Recruitment, Recruitment>.publish, found)
            return found
        }
        return .page(
            Page(
                Words("提前结束招募", "End the call early"), word: "experts", width: .narrow, back: (Recruitment.page(id), Words(same: found.title)), wrongs: form.wrongs.count,
                """
                \(Web.title(Words("提前结束招募", "End the call early"), "\(found.title)"))
                \(form.summary)
                <ul class="mb"><li>\(Words("公告不再公开，不能再报名", "It is no longer public, and nobody can apply any more"))</li><li>\(Words("已报名的照常办", "Applications that have come go on as usual"))</li></ul>
                \(Web.form(closing(id), "\(form.show(reason))<p class=\"row\"><a class=\"btn\" href=\"\(Recruitment.page(id))\">\(Words("不结束，回去", "Keep it, go back"))</a><button class=\"btn danger go\">\(Words("结束这次招募", "End this call"))</button></p>"))
                """))
    }

    static func close(_ visit: Visit, _ id: ID<Recruitment>) async throws -> Answer {
        var form = try await visit.form(["reason"])
        guard let reason = form.value(reason) else { return try await showClosing(visit, id, form) }
        let (viewer, now, address) = (visit.viewer, visit.now, visit.address)
        let link = try await visit.write(once: form) { tx in
            guard let found = try tx.recruitment(id) else { throw Problem.notFound }
            try tx.close(found, reason: reason, by: try viewer.may(Permission<Recruitment, Recruitment>.publish, found), at: now, from: address)
            return Recruitment.page(id)
        }
        return .see(link, saying: Words("招募已结束", "The call has ended"))
    }
}

/// What was typed in several lines, as paragraphs.
func paragraphs(_ text: String) -> HTML {
    "\(each: text.split(separator: "\n").filter { !$0.allSatisfy(\.isWhitespace) }, { line in "<p>\(line)</p>" })"
}
