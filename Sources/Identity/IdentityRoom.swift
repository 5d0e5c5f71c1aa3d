package import Markup
package import Messaging
package import Storage
package import Values
package import Web

/// The face of Identity: people, organisations, roles, sign-in.
package struct IdentityRoom: Room {
    private let signIn: SignIn
    private let factor: Factor
    private let proof: FreshProof
    private let staff = StaffSignIn()
    private let invitation = Invitation()

    package init(
        post: Post, square: @escaping @Sendable (String) -> HTML?,
        arrived: @escaping @Sendable (_ visitor: String, _ person: ID<Person>, _ now: Instant, _ tx: Transaction) throws -> Void
    ) {
        signIn = SignIn(post: post, arrived: arrived)
        factor = Factor(square: square)
        proof = FreshProof(post: post)
    }

    package var migrations: [Migration] {
        [
            Profile.migration, OrganisationEntry.migration, Session.migration, Account.migration, Enterprise.migration, Speaker.migration,
            Consent.migration, Designation.migration, FactorReset.migration, OrganisationEntry.terms, Unmasking.migration, OneHuman.migration,
        ]
    }

    package func routes(_ routes: inout Routes) {
        routes.get(SignIn.page, .everyone) { visit, _ in signIn.show(visit) }
        routes.post(SignIn.page, .everyone) { visit, _ in try await signIn.send(visit) }
        routes.get(SignIn.code, .everyone) { visit, id in try await signIn.showCode(visit, id) }
        routes.post(SignIn.code, .everyone) { visit, id in try await signIn.enter(visit, id) }
        routes.post(SignIn.end, .everyone) { visit, _ in try await signIn.leave(visit) }
        routes.get(StaffSignIn.page, .everyone) { visit, _ in staff.show(visit) }
        routes.post(StaffSignIn.page, .everyone) { visit, _ in try await staff.enter(visit) }
        routes.get(StaffSignIn.factor, .signedIn) { visit, _ in staff.showFactor(visit) }
        routes.post(StaffSignIn.factor, .signedIn) { visit, _ in try await staff.enterFactor(visit) }
        routes.get(FreshProof.page, .signedIn) { visit, _ in try await proof.show(visit) }
        routes.post(FreshProof.page, .signedIn) { visit, _ in try await proof.answer(visit) }
        routes.get(Factor.page, .signedIn) { visit, _ in try factor.show(visit) }
        routes.post(Factor.page, .signedIn.freshly) { visit, _ in try await factor.set(visit) }
        routes.get(Invitation.page, .everyone) { visit, _ in try await invitation.show(visit, code: nil) }
        routes.get(Invitation.token, .everyone) { visit, code in try await invitation.show(visit, code: code.text) }
        routes.post(Invitation.page, .everyone) { visit, _ in try await invitation.use(visit) }
    }
}
