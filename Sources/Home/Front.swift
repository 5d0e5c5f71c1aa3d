import Identity
import Languages
import Markup
import Needs
import Reference
import Storage
import Values
import Volunteers
import Web

/// The public front page: what this is, in one sentence; the one button; the line from need to solution.
struct Front: Sendable {
    func show(_ visit: Visit) async throws -> Answer {
        let now = visit.now
        let (experts, answered) = try await visit.read { reader in
            (try reader.appointedCount(on: now.day), try Satisfaction.lastYear(reader, now))
        }
        let steps = [
            Step(.now, Words("说需求", "State the need"), "\(Words("三五句话，三分钟", "A few sentences, three minutes"))"),
            Step(.toCome, Words("推荐专家", "Experts proposed"), "\(Words("两个工作日内推荐三位，自主选择", "Three within two working days; you choose"))"),
            Step(.toCome, Words("一对一", "One to one"), "\(Words("文字、电话、视频或入企", "By text, telephone, video or on site"))"),
            Step(.toCome, Words("收到书面方案", "A written solution"), "\(Words("写明谁做什么", "It says who does what"))"),
            Step(.toCome, Words("回访", "Follow-up"), "\(Words("三十天后问是否管用", "After thirty days we ask whether it works"))"),
        ]
        return .page(
            Page(
                Words("首页", "Home"), word: "home", isPublic: true,
                """
                <section class="hero mt"><div><h1>\(Words("经营上有难题，", "A problem in your business?"))<br>\(Words("找专家一起想办法", "Work it out with an expert"))</h1>
                <p class="lead">\(Words("六个领域的志愿专家，为中小企业一对一出主意、写方案。全程不收费。", "Volunteer experts in six domains help small firms one to one and write a solution. Free of charge throughout."))</p>
                <div class="row"><a class="btn go big" href="\(Draft.start())">\(Words("说出需求", "State your need"))\(icon(.arrow))</a><a class="btn big" href="\(Expert.directory())">\(Words("自己找专家", "Find an expert yourself"))</a></div></div>
                <div><h2 class="hide">\(Words("从需求到方案，一条线走到底", "One line from need to solution"))</h2>\(timeline(steps, across: true))</div></section>
                <div class="stack mt far">
                <h2>\(Words("先看看，别人都问什么", "What others ask"))</h2>
                <ul class="m20 grid">\(each: Domain.allCases, { domain in
                    "<li class=\"card\"><h3><a href=\"\(Draft.start().with([("domain", domain.rawValue)]))\">\(domain.words)</a></h3><p class=\"soft\">“\(domain.example)”</p></li>"
                })</ul>
                <h2>\(Words("我们的约定", "What we promise"))</h2>
                <div class="m12 grid fit">
                <div class="stat"><b>\(Words("无偿", "Free"))</b><span>\(Words("不收费，不卖产品，不指定供应商", "No charge, nothing sold, no supplier named"))</span></div>
                <div class="stat"><b>\(Words("2个", "2"))<small>\(Words("工作日", " working days"))</small></b><span>\(Words("最迟这么久就有人回复", "At the latest somebody answers"))</span></div>
                <div class="stat"><b>\(experts)<small>\(Words("位专家", " experts"))</small></b><span>\(Words("都由服务机构聘任", "All appointed by the institution"))</span></div>
                \(answered.map { figure in "<div class=\"stat\"><b>\(plain: figure.percent)%</b><span>\(Words("的企业说解决了或解决了一部分（近12个月，\(grouped(figure.count))份评价）", " of owners say solved or partly solved (last 12 months, \(grouped(figure.count)) verdicts)"))</span></div>" })
                </div></div>
                """))
    }
}
