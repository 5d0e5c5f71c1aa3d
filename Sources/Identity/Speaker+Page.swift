import Files
import Happenings
import Languages
import Markup
import Reference
package import Storage
package import Values
package import Web

/// The pages of who speaks for a company: one's own standing, a colleague's answer, the officer's.
struct SpeakerDesk: Sendable {
    let files: FileStore

    static let evidence = Field<Speaker.Evidence>.choice("evidence", Words("看到了什么", "What you saw"), of: Speaker.Evidence.allCases) { $0.words }
    static let reason = Field<String>.area("reason", Words("为什么不行", "Why not"), hint: Words("申请的人会看到，写清楚怎样补", "The person asking sees it; say what would help"), longest: 200, shortest: 4, low: true)

    /// What a page needs, for the one of three who looks.
    struct Case: Sendable {
        let speaker: Speaker
        let enterprise: Enterprise
        let files: [StoredFile]
        let profile: Profile?
        let word: String
        let colleagues: [String]
    }

    func find(_ visit: Visit, _ id: ID<Speaker>) async throws -> Case {
        try await visit.read { reader in
            guard let speaker = try reader.speaker(id), let enterprise = try reader.enterprise(speaker.enterprise) else { throw Problem.notFound }
            let names = try reader.names(of: speaker.colleagues)
            return Case(
                speaker: speaker, enterprise: enterprise, files: try reader.files(of: Subject("speaker", id)), profile: try reader.profile(speaker.person),
                word: reader.word(of: speaker), colleagues: speaker.colleagues.compactMap { names[$0] })
        }
    }

    // MARK: One speaker

    func show(_ visit: Visit, _ id: ID<Speaker>, _ form: Form = Form()) async throws -> Answer {
        let found = try await find(visit, id)
        if found.speaker.person == visit.viewer.person { return own(found, form) }
        guard visit.viewer.could(Permission<SpeakerDesk, Speaker>.seeSpeakers, found.speaker) else { throw Problem.notFound }
        return check(visit, found, form, mayConfirm: visit.viewer.could(.confirmSpeaker, found.speaker))
    }

    private func own(_ found: Case, _ form: Form) -> Answer {
        let speaker = found.speaker
        let next: HTML
        switch speaker.state {
        case .unconfirmed:
            next = nextStep(
                Words("轮到您", "Your turn"), found.files.isEmpty ? Words("加上营业执照照片", "Add a photo of the licence") : Words("照片收到，两个工作日内核对", "Received; checked within two working days"),
                upload(found, form))
        case .asks:
            next = nextStep(
                Words("等同事", "Your colleague's turn"), Words("把口令告诉同事，请他同意", "Tell your colleague this word"),
                """
                <p>\(Words("这家企业已经有人代表。不管他是谁，您先在单位里问到人，把这6位口令当面或打电话告诉他：", "Somebody speaks for this company already. Find them at work and tell them these six digits, in person or by telephone:"))</p>
                <p><b class="n">\(found.word.prefix(3)) \(found.word.suffix(3))</b></p>
                <p class="soft">\(Words("找不到人，也可以加执照照片，由服务专员核对。", "If you cannot find them, add a photo of the licence and an officer will check."))</p>\(upload(found, form))
                """)
        case .confirmed(let since):
            next = say(.good, "<p>\(Words("从", "Since "))\(time(since))\(Words("起，您可以代表这家企业。", " you may speak for this company."))</p>")
        case .none:
            next =
                speaker.leftAt != nil
                ? say(.plain, "<p>\(Words("您已退出这家企业。再说一个难题时可以重新加入。", "You have left this company. You can ask to join again with your next need."))</p>")
                : nextStep(
                    Words("轮到您", "Your turn"), Words("这次没有通过", "Not confirmed this time"),
                    """
                    <blockquote><p>\(speaker.declined)</p></blockquote>
                    <p>\(Words("补好以后，可以再请我们核对。", "Once that is mended, you can ask again."))</p>\(upload(found, form))
                    """)
        }
        let colleagues: HTML? = speaker.state.isConfirmed && !found.colleagues.isEmpty ? "<dt>\(Words("一起代表的同事", "Colleagues"))</dt><dd>\(found.colleagues.joined(separator: "、"))</dd>" : nil
        return .page(
            Page(
                Words(same: found.enterprise.name), width: .narrow, back: (OwnAccount.page(), Words("我的账号", "My account")), wrongs: form.wrongs.count,
                """
                \(title(Words(same: found.enterprise.name), "\(speaker.state.words)"))
                \(form.summary)
                \(next)
                <dl class="facts mt"><dt>\(Words("您是", "You are"))</dt><dd>\(speaker.capacity.words)</dd>\(facts(found.enterprise))\(colleagues)</dl>
                \(found.files.isEmpty ? nil : fileList(found.files))
                \(speaker.state == .none ? nil : leaving(speaker))
                """))
    }

    private func upload(_ found: Case, _ form: Form) -> HTML {
        Web.form(
            Speaker.licence(found.speaker.id), files: true,
            """
            \(uploadField(form, label: Words("营业执照照片", "Photo of the licence"), optional: false))\
            <p><button class="btn go big">\(found.files.isEmpty ? Words("交照片", "Send the photo") : Words("再交一张", "Send another"))</button></p>
            """)
    }

    private func leaving(_ speaker: Speaker) -> HTML {
        """
        <section class="mt panel"><h2 class="h3">\(Words("不再代表这家企业", "No longer with this company"))</h2>\
        <p class="soft">\(speaker.state.isConfirmed && speaker.colleagues.isEmpty ? Words("您是唯一的代表；退出后，等着的下一位由服务专员核对。", "You are the only one; whoever waits next will be checked by an officer.") : Words("退出后看不到这家企业的内容；一小时内可以撤销。", "You no longer see what belongs to it; it can be undone within an hour."))</p>\
        \(button(Speaker.departure(speaker.id), Words("退出", "Leave"), kind: "btn quiet"))</section>
        """
    }

    private func facts(_ enterprise: Enterprise) -> HTML {
        """
        <dt>\(Words("类型", "Kind"))</dt><dd>\(enterprise.kind.words)\(enterprise.size.map { "\(Words("　", " · "))\($0.words)" as HTML })</dd>\
        <dt>\(Words("统一社会信用代码", "Credit code"))</dt><dd>\(enterprise.creditCode.map(Words.init(same:)) ?? Words("没有", "none"))</dd>
        """
    }

    /// For the officer or liaison: the licence beside what was typed, and both answers.
    private func check(_ visit: Visit, _ found: Case, _ form: Form, mayConfirm: Bool) -> Answer {
        let speaker = found.speaker
        let whole: HTML? = found.profile.flatMap { profile in
            guard profile.mobile != nil, visit.viewer.mayKnock(Permission<Unmasking, Unmasking.Tied>.unmask.grants) else { return nil }
            return " <a class=\"small\" href=\"\(Unmasking.page(profile.id))\">\(Words("看完整的", "see it whole"))</a>"
        }
        let isOpen = switch speaker.state { case .unconfirmed, .asks: mayConfirm; case .none, .confirmed: false }
        let answers: HTML =
            """
            \(nextStep(Words("轮到您", "Your turn"), Words("对照执照，核对名称和信用代码", "Compare name and credit code with the licence"), """
                \(Web.form(Speaker.confirmation(speaker.id), "\(form.show(SpeakerDesk.evidence))<p><button class=\"btn go big\">\(Words("确认可以代表企业", "Confirm that they speak for it"))</button></p>"))
                """))
            <section class="mt panel"><h2 class="h3">\(Words("还不行", "Not yet"))</h2>\
            \(Web.form(Speaker.refusal(speaker.id), "\(form.show(SpeakerDesk.reason))<p><button class=\"btn\">\(Words("退回，请补充", "Send back with this reason"))</button></p>"))</section>
            """
        return .page(
            Page(
                Words(same: found.enterprise.name), word: "speakers", back: (Speaker.list(), Words("核对企业代表", "Who speaks for companies")), wrongs: form.wrongs.count,
                """
                \(title(Words(same: found.enterprise.name), "\(speaker.state.words)"))
                \(form.summary)
                <div class="cols"><div>\(isOpen ? answers : nil)</div>
                <aside><dl class="facts"><dt>\(Words("申请的人", "Who asks"))</dt><dd>\(found.profile?.name ?? "")</dd><dt>\(Words("手机", "Mobile"))</dt><dd>\(found.profile?.mobile?.description ?? "–")\(whole)</dd>\
                <dt>\(Words("身份", "Capacity"))</dt><dd>\(speaker.capacity.words)</dd>\(facts(found.enterprise))\
                <dt>\(Words("已有代表", "Confirmed already"))</dt><dd>\(Words("\(speaker.colleagues.count)人", "\(speaker.colleagues.count)"))</dd></dl>
                <h2 class="h3 mt">\(Words("营业执照", "Licence"))</h2>\(fileList(found.files))</aside></div>
                """))
    }

    // MARK: Deeds

    /// The licence's photo; with it, somebody who was declined asks again.
    func addLicence(_ visit: Visit, _ id: ID<Speaker>) async throws -> Answer {
        var form = try await visit.form([], files: 3)
        let person = try visit.person()
        guard try await find(visit, id).speaker.person == person else {
            form.uploads.forEach { $0.forget() }
            throw Problem.notFound
        }
        if form.uploads.isEmpty { form.wrong(named: FileStore.field, Words("请选一张执照照片", "Please choose a photo of the licence")) }
        let taken = await files.take(&form, most: 3)
        guard form.isGood else { return try await show(visit, id, form) }
        let now = visit.now
        do {
            let link = try await visit.write(once: form) { tx in
                guard let speaker = try tx.speaker(id), speaker.person == person, speaker.leftAt == nil else { throw Problem.notFound }
                if speaker.state == .none { try tx.ask(person, toSpeakFor: speaker.enterprise, speaker.capacity, now: now) }
                for file in taken { try tx.add(file, to: Subject("speaker", id), by: .person(person), now: now) }
                try tx.record(Speaker.LicenceAdded(subject: Subject("speaker", id)), by: .person(person), at: now)
                return Speaker.page(id)
            }
            return .see(link, saying: Words("照片收到，两个工作日内核对", "Received; it will be checked within two working days"))
        } catch let refusal as FileRefusal {
            taken.forEach { $0.forget() }
            form.wrong(named: FileStore.field, refusal.words)
            return try await show(visit, id, form)
        } catch {
            taken.forEach { $0.forget() }
            throw error
        }
    }

    func confirm(_ visit: Visit, _ id: ID<Speaker>) async throws -> Answer {
        var form = try await visit.form(["evidence"])
        // Before the row is known to be theirs nothing of it is shown, not even what is wrong with the form.
        guard visit.viewer.could(.confirmSpeaker, try await find(visit, id).speaker) else { throw Problem.notFound }
        guard let evidence = form.value(SpeakerDesk.evidence) else { return try await show(visit, id, form) }
        let (now, viewer, address) = (visit.now, visit.viewer, visit.address)
        do {
            let link = try await visit.write(once: form) { tx in
                let speaker = try tx.lockedSpeaker(id)
                let hasPhoto = try !tx.files(of: Subject("speaker", id), limit: 1).isEmpty
                try tx.confirm(speaker, evidence, hasPhoto: hasPhoto, by: try viewer.may(.confirmSpeaker, speaker), at: now, from: address)
                return Speaker.list()
            }
            return .see(link, saying: Words("确认了，已告诉对方", "Confirmed, and they were told"))
        } catch let refusal as Speaker.Refusal {
            form.wrong(SpeakerDesk.evidence, Wrong(refusal.words))
            return try await show(visit, id, form)
        }
    }

    func refuse(_ visit: Visit, _ id: ID<Speaker>) async throws -> Answer {
        var form = try await visit.form(["reason"])
        let found = try await find(visit, id)
        let isStaff = visit.viewer.could(.confirmSpeaker, found.speaker)
        guard isStaff || visit.viewer.could(.approveSpeaker, found.speaker) else { throw Problem.notFound }
        func again(_ form: Form) async throws -> Answer { isStaff ? try await show(visit, id, form) : try await showApproval(visit, id, form) }
        guard let reason = form.value(SpeakerDesk.reason) else { return try await again(form) }
        let (now, viewer, address) = (visit.now, visit.viewer, visit.address)
        do {
            let link = try await visit.write(once: form) { tx in
                let speaker = try tx.lockedSpeaker(id)
                let person = try (try? viewer.may(.confirmSpeaker, speaker).person) ?? viewer.may(.approveSpeaker, speaker).person
                try tx.decline(speaker, reason: reason, by: person, at: now, from: address)
                return isStaff ? Speaker.list() : OwnAccount.page()
            }
            return .see(link, saying: Words("退回了，原因已告诉对方", "Sent back; they were told why"))
        } catch let refusal as Speaker.Refusal {
            form.wrong(SpeakerDesk.reason, Wrong(refusal.words))
            return try await again(form)
        }
    }

    // MARK: Leaving

    func leave(_ visit: Visit, _ id: ID<Speaker>) async throws -> Answer {
        let form = try await visit.form([])
        let (now, person, address) = (visit.now, try visit.person(), visit.address)
        let link = try await visit.write(once: form) { tx in
            let speaker = try tx.lockedSpeaker(id)
            guard speaker.person == person else { throw Problem.notFound }
            try tx.leave(speaker, at: now, from: address)
            return OwnAccount.page()
        }
        return .see(link, saying: Words("已退出这家企业", "You have left this company"), undo: Speaker.comingBack(id))
    }

    func comeBack(_ visit: Visit, _ id: ID<Speaker>) async throws -> Answer {
        let form = try await visit.form([])
        let (now, person, address) = (visit.now, try visit.person(), visit.address)
        let link = try await visit.write(once: form) { tx in
            let speaker = try tx.lockedSpeaker(id)
            guard speaker.person == person else { throw Problem.notFound }
            try tx.comeBack(speaker, at: now, from: address)
            return Speaker.page(id)
        }
        return .see(link, saying: Words("退出撤销了", "You are back"))
    }
}

extension Speaker {
    struct LicenceAdded: Happening { static let kind = "speaker.licenceAdded"; let subject: Subject }

    /// Who may see the files of a speaker: the person themselves, and who may confirm them; a colleague may not.
    package static func maySee(_ viewer: Viewer, _ id: ID<Speaker>, _ reader: Reader) throws -> Bool {
        guard let speaker = try reader.speaker(id) else { return false }
        return speaker.person == viewer.person || viewer.could(Permission<SpeakerDesk, Speaker>.seeSpeakers, speaker)
    }
}

extension Transaction {
    /// The speaker, after locking the enterprise: what is decided stands until the commit.
    func lockedSpeaker(_ id: ID<Speaker>) throws -> Speaker {
        guard let enterprise = try value("select enterprise from speaker where id = \(id)", ID<Enterprise>.self) else { throw Problem.notFound }
        try lock(enterprise)
        guard let speaker = try speaker(id) else { throw Problem.notFound }
        return speaker
    }
}
