import Languages
package import Markup
package import Reference
package import Web

extension WhoAsks {
    /// The fields, with what was typed and, once the figures are there, the size class and how it comes about.
    package static func show(_ form: Form, _ context: Context, _ reference: Reference, onBehalf: Bool = false) -> HTML {
        var form = form
        form.fill(name, context.name)
        return """
            <div class="asks">\(size(form, reference))\
            \(form.show(who(context)))\
            \(form.show(name))\
            \(place(form, context, reference))\
            <section class="panel for-company" aria-labelledby="company"><h2 class="h3" id="company">\(Words("企业、个体工商户填这里", "For companies and the self-employed"))</h2>\
            \(form.show(capacity))\(form.show(company))\(form.show(creditCode))\(industries(reference).show(industry(reference), in: form))\
            <p class="hint">\(Words("不同行业看不同的数，用来算企业大小；还缺哪个会告诉您。", "Which figures count for the size depends on the industry; we say which one is missing."))</p>\
            <div class="pairs">\(form.show(persons))\(form.show(revenue, optional: true))\(form.show(assets, optional: true))</div></section>\
            <div class="for-founding">\(form.show(plan, optional: true))</div></div>\
            \(onBehalf ? "<p class=\"hint\">\(Words("给专家看要本人同意：告诉本人登录后点一下，或在本人登录时一起做。同意以前只有我们看得到。", "Showing it to experts wants the person's own consent, given by signing in. Until then only we see it."))</p>" as HTML : consents(form, context))
            """
    }

    /// The place: counties grouped by city, after the province where that is still open.
    static func place(_ form: Form, _ context: Context, _ reference: Reference) -> HTML {
        let province: HTML? = context.places.wantsProvince(form) ? context.places.provinces(reference).show(Places.province(reference), in: form) : nil
        let counties = context.places.counties(form, reference)
        return "\(province)\(counties.show(Places.field(reference), in: form))"
    }

    private static func consents(_ form: Form, _ context: Context) -> HTML {
        let open = Consent.Purpose.allCases.filter { !context.given.contains($0) }
        guard !open.isEmpty else { return .empty }
        return """
            <section aria-labelledby="consents"><h2 class="h3" id="consents">\(Words("征得您同意", "Your consent"))</h2>\
            \(open.contains(.service) ? form.show(consentService) : nil)\(open.contains(.training) ? form.show(consentTraining, optional: true) : nil)\
            <p class="hint">\(Words("随时可以在账号页撤回。", "Both can be withdrawn on your account page at any time."))</p></section>
            """
    }

    /// The class that follows from the figures, shown before going on; a large company is told where else to turn.
    private static func size(_ form: Form, _ reference: Reference) -> HTML? {
        guard let typed = form.text("who"), let kind = Enterprise.Kind(rawValue: typed) else { return nil }
        // A copy without what is wrong elsewhere on the page.
        var copy = Form(Dictionary(names.compactMap { name in form.text(name).map { (name, [$0]) } }, uniquingKeysWith: { first, _ in first }))
        guard let (_, verdict) = facts(&copy, kind, reference), case .classed(let size, let because) = verdict else { return nil }
        guard size.isSME else { return large(because) }
        return """
            <input type="hidden" name="sizeSeen" value="\(size.rawValue)">\
            <div class="mb say good" role="status" id="size" tabindex="-1"\(flag: "autofocus", form.isGood)>\(icon(.check))<div><h2 class="h3">\(Words("按国家划型标准，是\(size.words.chinese)企业", "By the national standard a \(size.words.english) business"))</h2>\
            <p>\(because)</p><p class="soft">\(Words("数对的话，继续就行；不对就改一改。", "If the figures are right, go on; otherwise correct them."))</p></div></div>
            """
    }

    private static func large(_ because: Words) -> HTML {
        """
        <section class="panel" id="size" tabindex="-1" role="status" aria-labelledby="large"><h2 id="large">\(Words("按国家划型标准，是大型企业", "By the national standard this is a large company"))</h2>\
        <p>\(because)</p><p>\(Words("这项无偿服务是给中小微企业的，名额有限，只能请您另找帮手：", "This free service is for micro, small and medium businesses and its experts are few, so please turn elsewhere:"))</p>\
        <ul><li>\(Words("政策和办事：当地工信部门，或拨12345", "Policies and procedures: your local industry authority, or call 12345"))</li>\
        <li>\(Words("法律、财税、技术：行业协会和专业机构", "Law, tax, technology: your trade association or a professional firm"))</li>\
        <li>\(Words("愿意出力：请贵公司的专家来当志愿者", "Willing to help: your own experts are welcome as volunteers"))</li></ul>\
        <p class="soft">\(Words("数填错了就改一改；写过的内容都在。", "If a figure is wrong, correct it; what you wrote is kept."))</p></section>
        """
    }
}
