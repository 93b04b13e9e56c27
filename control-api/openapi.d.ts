// Made of openapi.json by `npm run openapi`. Do not change it by hand.

export interface paths {
    "/api/v1/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document */
        get: operations["getApiDocument"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/sign-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in with e-mail and password
         * @description Too many wrong passwords, more than 20 sign-ins of an account in 15 minutes, or too many people at once answer 429 with `Retry-After`. An account with a second factor answers 401 `second_factor_required` with a `token` and its `factors`: go on at `/accounts/sign-in/second-factor`. With the access token of a guest, the account gets what the guest had.
         */
        post: operations["signIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/guest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Watch without signing up
         * @description Where the service takes guests. Who signs up or in later, with the access token of the guest, keeps what the guest watched and bought.
         */
        post: operations["beGuest"];
        /**
         * Forget the guest that is signed in, at once
         * @description Nobody can be told, and nobody could come back to keep it: so there is no grace. Others are refused (409 `guest_only`).
         */
        delete: operations["forgetGuest"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A new access token for a refresh token, which is replaced
         * @description A refresh token works once. Using it again ends the whole sign-in, even when it was the same client: send one refresh at a time. Only for 30 seconds, in case an answer was lost, it may be sent again as long as the token it gave was not used, which ends with that. More than 60 in 15 minutes are refused (429, `Retry-After`); the token stays good.
         */
        post: operations["refreshSignIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/sign-out": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End this sign-in, its access tokens included */
        post: operations["signOut"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change the password; ends every sign-in and every stream of the account
         * @description An account without a password sets its first one, without `currentPassword`. Asks for a proof given within 15 minutes (403 `step_up_required`). A password that thieves know is refused (422 `password_breached`).
         */
        post: operations["changeOwnPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/sign-up": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for an account: a mail with a code and a link goes to the address
         * @description The answer is the same whether or not the address has an account: its owner gets a code that signs in then. With the access token of a guest, the guest becomes the account.
         */
        post: operations["signUp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/sign-up/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Prove the address: by the code, or by the link together with a password
         * @description The code counts only with the token of the app that asked. The link may be opened anywhere, so it takes a password: that of the one who asked does not count then. Five wrong codes end it.
         */
        post: operations["completeSignUp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/sign-in/code": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for a code that signs in, or up
         * @description The answer is the same whether or not the address has an account.
         */
        post: operations["sendSignInCode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/sign-in/code/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in, or up, by the code of the mail
         * @description Five wrong codes end it. An account that has a second factor is asked for it.
         */
        post: operations["signInByCode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/recovery": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for a mail with which a new password is set
         * @description The answer is the same whether or not the address has an account.
         */
        post: operations["beginRecovery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/recovery/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Set a new password by the code or the link of the mail; ends every sign-in */
        post: operations["completeRecovery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/not-me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say, by the link of a notice, that it was somebody else: locks the account
         * @description Ends every sign-in, forgets the password and what was added since, gives the account its earlier address back, and sends a mail there with which a new password is set.
         */
        post: operations["sayItWasNotMe"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/me/email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for another address, or to prove the present one: a code goes there
         * @description Asks for a proof given within 15 minutes (403 `step_up_required`).
         */
        post: operations["beginEmailChange"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/me/email/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Type in the code that went to the address; ends every other sign-in
         * @description From the sign-in that asked for it. The address before is told, and can undo it for two weeks.
         */
        post: operations["completeEmailChange"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/sign-in/second-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Finish signing in with the second factor
         * @description With the `token` that came with `second_factor_required`; within ten minutes.
         */
        post: operations["showSecondFactor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/sign-in/second-factor/passkey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a passkey is asked to finish signing in */
        post: operations["askPasskeyAsSecondFactor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/sign-in/passkey/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a passkey is asked to sign in, by itself or as autofill */
        post: operations["askPasskeyToSignIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/sign-in/passkey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in by a passkey
         * @description A passkey that is not known here any more answers `unknown_passkey`: tell the browser so. With the access token of a guest, the account gets what the guest had.
         */
        post: operations["signInByPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/me/ways-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the account signs in with */
        get: operations["getWaysIn"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/me/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Prove again who you are, when something asked for it (`step_up_required`)
         * @description By the second factor when the account has one, else by its password, else by a code that was sent (`confirmsBy` of the ways in).
         */
        post: operations["confirmIdentity"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/me/confirm/code": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask for a code to confirm by */
        post: operations["sendConfirmationCode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/me/confirm/passkey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a passkey is asked to confirm */
        post: operations["askPasskeyToConfirm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/me/totp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to set up an authenticator app
         * @description Asks for a proof given within 15 minutes (403 `step_up_required`).
         */
        post: operations["beginTotp"];
        /**
         * Remove the authenticator app
         * @description Asks for a proof given within 15 minutes (403 `step_up_required`). Ends every other sign-in.
         */
        delete: operations["removeTotp"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/me/totp/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End setting it up with its first code
         * @description Asks for a proof given within 15 minutes (403 `step_up_required`). Ends every other sign-in.
         */
        post: operations["confirmTotp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/me/recovery-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * New recovery codes in the place of all earlier ones
         * @description Asks for a proof given within 15 minutes (403 `step_up_required`). Ends every other sign-in.
         */
        post: operations["renewRecoveryCodes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/me/passkeys/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What a device is asked that is to make a passkey
         * @description Asks for a proof given within 15 minutes (403 `step_up_required`).
         */
        post: operations["beginPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/me/passkeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add the passkey that a device made
         * @description Asks for a proof given within 15 minutes (403 `step_up_required`). Ends every other sign-in.
         */
        post: operations["addPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/me/passkeys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a passkey
         * @description Asks for a proof given within 15 minutes (403 `step_up_required`). Ends every other sign-in.
         */
        delete: operations["removePasskey"];
        options?: never;
        head?: never;
        /** Give a passkey another name */
        patch: operations["renamePasskey"];
        trace?: never;
    };
    "/api/v1/accounts/me/devices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where the account is signed in, the latest first */
        get: operations["listDevices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/me/devices/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Sign one device out, at once */
        delete: operations["signOutDevice"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/me/devices/sign-out-others": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign every other device out, at once */
        post: operations["signOutOtherDevices"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who was invited to become staff and has not accepted yet, newest first */
        get: operations["listInvitations"];
        put?: never;
        /**
         * Invite somebody to become staff: a mail with a link goes to the address
         * @description The link works once and for seven days, and no longer than who sent it may invite. Asks for a proof given within 15 minutes (403 `step_up_required`).
         */
        post: operations["inviteStaff"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invitations/{id}/send-again": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send another link, for another seven days; the one before opens nothing any more
         * @description Who sends it answers for it from now on. Asks for a proof given within 15 minutes (403 `step_up_required`).
         */
        post: operations["sendInvitationAgain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invitations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Withdraw an invitation: its link opens nothing any more */
        delete: operations["withdrawInvitation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invitations/look": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What an invitation is about */
        post: operations["lookAtInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invitations/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accept an invitation with a new account, and sign in to it
         * @description Where the address has an account (409 `account_exists`), sign in to it and accept at `/accounts/me/invitation`: the link alone signs in to no account that there is. Where staff must have a second factor, the account may do no more than viewers until it has one.
         */
        post: operations["acceptInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/me/invitation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accept an invitation with the account that is signed in, whose address it was sent to
         * @description Ends every other sign-in of the account. Asks for a proof given within 15 minutes (403 `step_up_required`).
         */
        post: operations["acceptInvitationAsOwner"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sign-in/providers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** By whom people can sign in here, and how */
        get: operations["listSignInProviders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sign-in/{provider}/begin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to sign in by a provider: where to send the browser, or what an app gives to its SDK
         * @description The page keeps the token, for its tab alone, and goes to `url`. When it is back at `/sign-in/return` it finishes with the token.
         */
        post: operations["beginProviderSignIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sign-in/finish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Finish signing in when the browser is back from the provider
         * @description An address that the provider is not the authority for answers 401 `address_proof_required` with a `token`: a code went there, go on at `/accounts/sign-in/code/complete`.
         */
        post: operations["finishProviderSignIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sign-in/{provider}/finish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Finish signing in by what the provider's SDK or button brought
         * @description `address_proof_required` as above.
         */
        post: operations["finishProviderSignInByToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sign-in/firebase": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign in by an ID token of Firebase Authentication, at most 15 minutes after signing in there */
        post: operations["signInByFirebase"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/me/identities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The accounts elsewhere that sign in to this one */
        get: operations["listIdentities"];
        put?: never;
        /**
         * Link it when the browser is back from the provider
         * @description Ends every other sign-in; the owner is told.
         */
        post: operations["linkIdentity"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/me/identities/begin/{provider}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to link an account elsewhere
         * @description Asks for a proof given within 15 minutes (403 `step_up_required`).
         */
        post: operations["beginLinking"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/me/identities/by-token/{provider}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Link it by what the provider's SDK or button brought
         * @description Ends every other sign-in; the owner is told.
         */
        post: operations["linkIdentityByToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/me/identities/by-firebase": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Link it by an ID token of Firebase Authentication
         * @description Asks for a proof given within 15 minutes (403 `step_up_required`). Ends every other sign-in; the owner is told.
         */
        post: operations["linkIdentityByFirebase"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/me/identities/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Unlink one; the last way in stays
         * @description Asks for a proof given within 15 minutes (403 `step_up_required`). Ends every other sign-in; the owner is told.
         */
        delete: operations["unlinkIdentity"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/data-deletions/{code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What became of a request to delete what came from a provider */
        get: operations["getProviderDeletion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The account that is signed in */
        get: operations["getOwnAccount"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Accounts, newest first; those of staff only for super admins */
        get: operations["listAccounts"];
        put?: never;
        /**
         * Create an account of somebody who watches; staff are invited
         * @description Asks for a proof given within 15 minutes (403 `step_up_required`).
         */
        post: operations["createAccount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One account: how it signs in, and what happened to it lately */
        get: operations["getAccount"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change the role or status of an account
         * @description Both count at once. Disabling ends its sign-ins and streams; of another role the owner is told. Nobody changes their own account, and the last active super admin stays one. Asks for a proof given within 15 minutes (403 `step_up_required`).
         */
        patch: operations["changeAccount"];
        trace?: never;
    };
    "/api/v1/accounts/{id}/scope": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which titles somebody of the staff works on */
        get: operations["getStaffScope"];
        /**
         * Narrow the rights of somebody to some series and movies, or let them work on all again
         * @description It counts at once. Other titles, their videos and all that belongs to them are not there for them any more, and what is about the whole catalogue is refused (403 `rights_narrowed`). When a title is removed for good they work on what is left: on nothing, in the end. Content managers can be narrowed. Asks for a proof given within 15 minutes (403 `step_up_required`).
         */
        put: operations["putStaffScope"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/{id}/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Keep somebody out: ends the sign-ins and streams of an account, at once
         * @description Support may do it to those who watch, super admins to everybody but themselves.
         */
        post: operations["disableAccount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/{id}/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let somebody in again, also into an account that its owner has locked
         * @description Support may do it to those who watch, super admins to everybody but themselves.
         */
        post: operations["enableAccount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/{id}/sign-out": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End every sign-in and stream of an account, at once
         * @description Support may do it to those who watch, super admins to everybody but themselves.
         */
        post: operations["signOutAccount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/{id}/second-factor/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Remove the second factors of somebody who has lost theirs
         * @description Ends every sign-in. The owner is told, with a link that locks the account. Support may do it to those who watch, super admins to everybody but themselves. Asks for a proof given within 15 minutes (403 `step_up_required`).
         */
        post: operations["resetSecondFactor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/profiles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The profiles of the account that asks, the main one first */
        get: operations["listProfiles"];
        put?: never;
        /**
         * Make a profile
         * @description At most five for an account (409 `too_many_profiles`). From a profile with a maturity limit only ones within that limit can be made (403 `limit_too_high`).
         */
        post: operations["createProfile"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/profiles/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete a profile, with everything that belongs to it
         * @description The main one stays (409 `main_profile`). Sign-ins that had chosen it have to choose again. Asks for a password given within 15 minutes (403 `step_up_required`).
         */
        delete: operations["deleteProfile"];
        options?: never;
        head?: never;
        /**
         * Change how a profile looks, or what it prefers
         * @description What is not named stays, also within `preferences` and `subtitleStyle`.
         */
        patch: operations["changeProfile"];
        trace?: never;
    };
    "/api/v1/profiles/{id}/restrictions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Say what a profile may see
         * @description Asks for a password given within 15 minutes (403 `step_up_required`).
         */
        put: operations["restrictProfile"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/profile-settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What holds for all profiles of the account */
        get: operations["getProfileSettings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change what holds for all profiles of the account
         * @description Asks for a password given within 15 minutes (403 `step_up_required`).
         */
        patch: operations["changeProfileSettings"];
        trace?: never;
    };
    "/api/v1/profiles/current": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The profile that requests of this sign-in are for */
        get: operations["getCurrentProfile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/profiles/{id}/choose": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Choose the profile that requests of this sign-in are for
         * @description It stays chosen until the sign-in ends or another one is chosen. A profile with a PIN asks for it (403 `pin_required`; `profileId` says whose PIN that is: to leave a kids' profile it may be that of the main one). Wrong PINs are limited for the profile and for the account, with growing pauses (429, `Retry-After`).
         */
        post: operations["chooseProfile"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/profiles/{id}/pin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Give a profile a PIN, or another one
         * @description A PIN that is there must be given as `currentPin`; wrong ones are limited as when choosing. Other sign-ins that had chosen the profile have to choose again.
         */
        put: operations["setProfilePin"];
        post?: never;
        /**
         * Take the PIN of a profile away, also one that was forgotten
         * @description Asks for a password given within 15 minutes (403 `step_up_required`), and for no PIN.
         */
        delete: operations["removeProfilePin"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/consents/documents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What people are asked to agree to */
        get: operations["listAskedDocuments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/consents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the account that asks agreed to */
        get: operations["getConsents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/consents/{document}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Agree to a document, or withdraw that
         * @description Written down with time, network address, browser and language. Only the version that is in force can be decided about (409 `consent_outdated`, with that `version`).
         */
        put: operations["decideConsent"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/upload-quota": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the account that asks has uploaded, and how much it may */
        get: operations["getUploadQuota"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/upload-usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How much each account has uploaded, for super admins */
        get: operations["getUploadUsage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Unfinished uploads of the account that asks, newest first; a super admin may ask for everybody's */
        get: operations["listUploads"];
        put?: never;
        /** Begin an upload (tus creation, creation-with-upload) */
        post: operations["createUpload"];
        delete?: never;
        /** What this server speaks of tus */
        options: operations["describeTus"];
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/uploads/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Give an upload up: one of the account that asks, or any for a super admin */
        delete: operations["giveUploadUp"];
        /** What this server speaks of tus */
        options: operations["describeTusOfUpload"];
        /** Where the upload continues */
        head: operations["getUploadOffset-head"];
        /** Continue an upload */
        patch: operations["continueUpload"];
        trace?: never;
    };
    "/api/v1/assets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Assets: searched, filtered and sorted, page by page */
        get: operations["listAssets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/assets/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What changes, as it happens (server-sent events)
         * @description Events `asset.changed` and `asset.deleted` with data `{ "assetId": "…" }`: hints to ask again. Read it with fetch, which can send the access token. Ends when the token does, at shutdown and when the account is disabled; then connect again.
         */
        get: operations["streamAssetEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/assets/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An asset with its versions, renditions and their progress */
        get: operations["getAsset"];
        put?: never;
        post?: never;
        /**
         * Delete an asset; ends its streams and its processing
         * @description Not while a title has it (409 `asset_in_use`): give that another video first, or none.
         */
        delete: operations["deleteAsset"];
        options?: never;
        head?: never;
        /** Change the title */
        patch: operations["renameAsset"];
        trace?: never;
    };
    "/api/v1/assets/{id}/stills/{versionId}/{chunk}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A picture of an asset */
        get: operations["getStill"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/assets/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Process again after a failure or a cancellation */
        post: operations["retryAsset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/assets/{id}/reencode": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a new version; the one that is served stays until the new one is published */
        post: operations["reencodeAsset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/assets/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stop the processing that is under way */
        post: operations["cancelAsset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/assets/bulk/delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Delete several assets
         * @description Each asset is checked and changed by itself: what is refused for one does not stop the others.
         */
        post: operations["deleteAssets"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/assets/bulk/reencode": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make new versions of several assets
         * @description Each asset is checked and changed by itself: what is refused for one does not stop the others.
         */
        post: operations["reencodeAssets"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/assets/bulk/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop the processing of several assets
         * @description Each asset is checked and changed by itself: what is refused for one does not stop the others.
         */
        post: operations["cancelAssets"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/catalogue/pictures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Give titles and people their pictures, all in one moment
         * @description When one is refused nothing changes. What is released shows them at once. Somebody who changed one since the `revision` that is named is not overwritten (409 `title_changed`, `term_changed`).
         */
        put: operations["putCataloguePictures"];
        /**
         * Give a picture: a JPEG, PNG, WebP or AVIF of at most 20 MiB and 48 megapixels
         * @description What it is is seen by its content, whatever it is declared as. The same picture twice is one. What nothing has is removed after a day. Nothing else than its pixels is kept of the file.
         */
        post: operations["uploadCataloguePicture"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/catalogue/pictures/from-frame": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a picture of a frame of a video
         * @description The same picture twice is one. What nothing has is removed after a day. Nothing else than its pixels is kept of the file.
         */
        post: operations["makeCataloguePictureFromFrame"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/catalogue/titles/{id}/pictures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which pictures a title has, in all languages */
        get: operations["getCatalogueTitlePictures"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/catalogue/titles/{id}/frames": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Frames of the videos of a title and its parts that would make pictures
         * @description Sharp, not dark, and different from one another; the best of them.
         */
        get: operations["listCatalogueTitleFrames"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/catalogue/titles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Titles in any state: searched and filtered, page by page
         * @description The newest first; what is a part of a named `parentId` in the order of its numbers.
         */
        get: operations["listCatalogueTitles"];
        put?: never;
        /**
         * Make a title, as a draft
         * @description Who works on some titles makes parts of them, and no series or movies (403 `rights_narrowed`).
         */
        post: operations["createCatalogueTitle"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/catalogue/titles/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A title, with everything that staff say about it */
        get: operations["getCatalogueTitle"];
        put?: never;
        post?: never;
        /**
         * Take a title out, with everything that is a part of it
         * @description It can be restored for `catalogue.deletedDays` days. Its videos stay.
         */
        delete: operations["deleteCatalogueTitle"];
        options?: never;
        head?: never;
        /**
         * Change a title
         * @description What is not named stays. With another `assetId` it has another video: address, statistics and progress stay. Somebody who changed it since the `revision` that is named is not overwritten (409 `title_changed`).
         */
        patch: operations["changeCatalogueTitle"];
        trace?: never;
    };
    "/api/v1/catalogue/titles/{id}/releases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Say when a title is released, and where
         * @description Instead of what was said before. Without any it is there as long as what it is a part of. Somebody who changed it since the `revision` that is named is not overwritten (409 `title_changed`).
         */
        put: operations["putCatalogueReleases"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/catalogue/steps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Submit, approve, publish or withdraw titles, all in one moment
         * @description When one is refused nothing changes, and the answer names it as `titleId`. Approving, publishing and withdrawing need the permission `titles.publish`.
         */
        post: operations["stepCatalogueTitles"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/catalogue/titles/{id}/order": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Give the parts of a title a new order
         * @description All of one kind are named; where others were added or removed meanwhile it is refused (409 `conflict`).
         */
        put: operations["orderCatalogueTitles"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/catalogue/titles/{id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Bring back a deleted title, with what was deleted with it */
        post: operations["restoreCatalogueTitle"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/catalogue/streaming-choices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What titles can choose for their streams, by name
         * @description Ladders and price classes are those of the configuration.
         */
        get: operations["getStreamingChoices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/catalogue/featured": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What comes first on the home page, released or not */
        get: operations["getCatalogueFeatured"];
        /**
         * Say what comes first on the home page
         * @description Each is shown while it is released.
         */
        put: operations["putCatalogueFeatured"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/catalogue/edits/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * See what a change would do to each of many titles
         * @description Changes of releases need the permission `titles.publish`. Changes nothing.
         */
        post: operations["previewCatalogueEdit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/catalogue/edits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change many titles, as it was previewed
         * @description All of them or none. Where some were changed since the revisions that are named, it is refused (409 `titles_changed`), and where some cannot be changed like this, too (409 `edit_refused`): the answer names them as `titles`.
         */
        post: operations["editCatalogueTitles"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/catalogue/titles/{id}/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say which episodes files are, by their names
         * @description Of a series or a season. Reads many ways to write it (`S01E03`, `1x03`, `E03`, `Episode 3`, `第3集`, `03`), looks at all names together, and says `problem` where they leave it open. Changes nothing.
         */
        post: operations["planCatalogueSeason"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/catalogue/titles/{id}/episodes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make many episodes at once, as drafts
         * @description Of a series or a season: all of them or, when one is refused, none. Those that are there stay as they are and are named in the answer, so it can be repeated. Then each file is uploaded with the `titleId` of its episode in its tus metadata.
         */
        post: operations["addCatalogueEpisodes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/catalogue/titles/{id}/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Files that were meant for a title or its parts, and what came of each */
        get: operations["listCatalogueUploads"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/catalogue/titles-from-videos": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make movies, or episodes of a season, of videos of the library
         * @description Of each video one title, as a draft or published: all of them or, when one is refused, none. A video that has a title keeps it and is named in the answer, so it can be repeated.
         */
        post: operations["makeCatalogueTitlesFromVideos"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/catalogue/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The catalogue, or one series or movie, as a file
         * @description Everything that staff say of titles; deleted ones are not in it. That it was asked for is recorded. In CSV, which begins with a byte order mark for spreadsheets, a text that these would take for a formula has an apostrophe in front, which importing takes away.
         */
        get: operations["exportCatalogue"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/catalogue/import/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * See what a file would do to the catalogue
         * @description A file in CSV or JSON, as an export is. Titles are known by their id, else by their slug, else by their place (`parent`, `kind`, `number`); others are made. What has no column, or is not named, stays. What is wrong is named by row and column. Changes nothing.
         */
        post: operations["previewCatalogueImport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/catalogue/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take titles from a file, as it was previewed
         * @description A file in CSV or JSON, as an export is. Titles are known by their id, else by their slug, else by their place (`parent`, `kind`, `number`); others are made. What has no column, or is not named, stays. All of it or nothing: with anything wrong (400 `import_refused`), or when something changed since the preview (409 `import_changed`), nothing is changed. States and releases need the permission `titles.publish`.
         */
        post: operations["importCatalogue"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/catalogue/calendar": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What opens and closes within a time, by the releases that staff gave
         * @description Drafts as well. Titles without a release of their own are not named: they open with what they are a part of.
         */
        get: operations["getCatalogueCalendar"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/catalogue/terms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Categories in their order, tags or people by their names */
        get: operations["listCatalogueTerms"];
        put?: never;
        /** Make a category, a tag or a person */
        post: operations["createCatalogueTerm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/catalogue/terms/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove a category, a tag or a person, from all titles as well */
        delete: operations["deleteCatalogueTerm"];
        options?: never;
        head?: never;
        /** Change what a category, a tag or a person is called, and its address */
        patch: operations["changeCatalogueTerm"];
        trace?: never;
    };
    "/api/v1/catalogue/category-order": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Give all categories a new order */
        put: operations["orderCatalogueCategories"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/catalogue/titles/{id}/terms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which categories, tags and people a title has */
        get: operations["getCatalogueTitleTerms"];
        /**
         * Say which categories, tags and people a title has
         * @description Instead of those that it had. Somebody else’s change since `revision` is not overwritten (409 `title_changed`).
         */
        put: operations["putCatalogueTitleTerms"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/catalogue/titles/{id}/tracks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The audio and the subtitles of a title, and what its video brings along */
        get: operations["getCatalogueTracks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/catalogue/titles/{id}/audio": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Say which audio tracks viewers get
         * @description One stays on. Another video has other tracks: all of them are on. Viewers who start to watch get them within a moment; nothing is encoded again.
         */
        put: operations["putCatalogueAudio"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/catalogue/titles/{id}/subtitles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a title subtitles, from a file or empty
         * @description A file that cannot be read is refused with the line and the reason (422 `subtitles_refused`). Viewers who start to watch get them within a moment; nothing is encoded again.
         */
        post: operations["createCatalogueSubtitles"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/catalogue/titles/{id}/subtitles/found": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make subtitles of a text track of the uploaded video
         * @description The track is read by a worker; `found` says how far it is. Asked for twice it is done once, and what failed is tried again. Viewers who start to watch get them within a moment; nothing is encoded again.
         */
        post: operations["takeOverCatalogueSubtitles"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/catalogue/subtitles/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is said about subtitles */
        get: operations["getCatalogueSubtitles"];
        put?: never;
        post?: never;
        /**
         * Remove subtitles for good
         * @description Somebody who changed them since the `revision` that is named is not overwritten (409 `subtitles_changed`).
         */
        delete: operations["deleteCatalogueSubtitles"];
        options?: never;
        head?: never;
        /**
         * Change what is said about subtitles, and switch them on and off
         * @description What is not named stays. Somebody who changed them since the `revision` that is named is not overwritten (409 `subtitles_changed`). Viewers who start to watch get them within a moment; nothing is encoded again.
         */
        patch: operations["changeCatalogueSubtitles"];
        trace?: never;
    };
    "/api/v1/catalogue/subtitles/{id}/cues": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The texts of subtitles by their time, page by page
         * @description Pages of one reading belong together as long as their `revision` is the same; after another one, begin again.
         */
        get: operations["listCatalogueCues"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change, add and remove texts of subtitles
         * @description All of the changes or none. Somebody who changed them since the `revision` that is named is not overwritten (409 `subtitles_changed`). Viewers who start to watch get them within a moment; nothing is encoded again.
         */
        patch: operations["changeCatalogueCues"];
        trace?: never;
    };
    "/api/v1/catalogue/subtitles/{id}/file": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Subtitles as a file */
        get: operations["downloadCatalogueSubtitles"];
        /**
         * Replace all texts of subtitles by those of a file
         * @description Somebody who changed them since the `revision` that is named is not overwritten (409 `subtitles_changed`). Viewers who start to watch get them within a moment; nothing is encoded again.
         */
        put: operations["replaceCatalogueCues"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/catalogue/subtitles/{id}/shift": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Move all texts of subtitles in time
         * @description Somebody who changed them since the `revision` that is named is not overwritten (409 `subtitles_changed`). Viewers who start to watch get them within a moment; nothing is encoded again.
         */
        post: operations["shiftCatalogueSubtitles"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/catalogue/subtitles/{id}/publish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give viewers the changes of subtitles that were held back
         * @description Somebody who changed them since the `revision` that is named is not overwritten (409 `subtitles_changed`). Viewers who start to watch get them within a moment; nothing is encoded again.
         */
        post: operations["publishCatalogueSubtitles"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/home": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the home page shows: what comes first, what is new, and the newest of each category
         * @description Only what is released for the region of the caller, within the maturity limit of their profile; for all else it is as if it did not exist. Answers have an `ETag`.
         */
        get: operations["getHome"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/titles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Series and movies, those that were released last first
         * @description Only what is released for the region of the caller, within the maturity limit of their profile; for all else it is as if it did not exist. Answers have an `ETag`.
         */
        get: operations["listTitles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/titles/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A title, with its seasons, trailers and extras
         * @description Only what is released for the region of the caller, within the maturity limit of their profile; for all else it is as if it did not exist. Answers have an `ETag`.
         */
        get: operations["getTitle"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/titles-by-slug/{slug}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A title by its address
         * @description An address that it had once finds it as well: then its `slug` is another one, to which pages redirect. Only what is released for the region of the caller, within the maturity limit of their profile; for all else it is as if it did not exist. Answers have an `ETag`.
         */
        get: operations["getTitleBySlug"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/titles/{id}/episodes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The episodes of a season, in the order of their numbers
         * @description Only what is released for the region of the caller, within the maturity limit of their profile; for all else it is as if it did not exist. Answers have an `ETag`.
         */
        get: operations["listEpisodes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/categories": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Categories with something in them, in their order
         * @description Only what is released for the region of the caller, within the maturity limit of their profile; for all else it is as if it did not exist. Answers have an `ETag`.
         */
        get: operations["listCategories"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/terms/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A category, a tag or a person; `GET /titles?term=` lists its titles
         * @description Only what is released for the region of the caller, within the maturity limit of their profile; for all else it is as if it did not exist. Answers have an `ETag`.
         */
        get: operations["getTerm"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Find series and movies by what somebody types
         * @description In any of their languages, with typing errors, in any script. The best come first. Only what is released for the region of the caller, within the maturity limit of their profile: nothing about other titles shows, in corrections and suggestions neither.
         */
        get: operations["searchTitles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/search/suggestions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Names of series and movies that may be meant by what is typed so far
         * @description Only what is released for the region of the caller, within the maturity limit of their profile: nothing about other titles shows, in corrections and suggestions neither.
         */
        get: operations["suggestTitles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/playback/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Streams of the account that asks; a super admin may ask for another account */
        get: operations["listPlaybackSessions"];
        put?: never;
        /**
         * Start a stream
         * @description One too many for the account ends one that is idle; when none is, it is refused (409 `too_many_streams`, with `active` and `limit`) or ends the oldest, as configured. What is not released to the viewer is not there (404). An account that may not watch the title is refused with 403 `not_entitled` and a `reason`. Viewers watch as the profile of their sign-in: where that has to be chosen first, it is 403 `profile_not_chosen`. A stream may be limited to a size of picture: its URLs list nothing larger, and the origin serves nothing larger. A player whose stream was ended gets 403 from the origin and starts another.
         */
        post: operations["startPlaybackSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/playback/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End a stream at once: one of the account that asks, or any for a super admin */
        delete: operations["endPlaybackSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/operations/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Queue, durable events, disk and tools */
        get: operations["getOperationsStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/operations/set-aside/{consumer}/{eventId}/try-again": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Deliver an event again that its consumer could not handle */
        post: operations["tryEventAgain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mails": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Mails that were kept instead of sent, newest first */
        get: operations["listKeptMails"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was changed, newest first
         * @description What fits all that is asked for. Where much has to be looked at for little that fits, a page may have fewer records than it could, even none, and still a `nextCursor`.
         */
        get: operations["listAuditRecords"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/chain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far the log is chained, and whether the chain is whole */
        get: operations["getAuditChain"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All records that fit, as a file, newest first
         * @description That it was asked for is a record, too. JSON lines are records as the list has them. In CSV, which begins with a byte order mark for spreadsheets, a text that these would take for a formula has an apostrophe in front, or is written with `\u` in JSON.
         */
        get: operations["exportAuditRecords"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/me/data-copies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The copies of the own data that there are */
        get: operations["listDataCopies"];
        put?: never;
        /**
         * Have a file made with everything that is known of the account
         * @description One at a time (409 `data_copy_under_way`), three within a day (429). A mail says when it is ready; it is kept for a week. Asks for a proof given within 15 minutes (403 `step_up_required`).
         */
        post: operations["askForDataCopy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/me/data-copies/{id}/download": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * An address of the file, valid for a minute
         * @description The mail has no such address: who reads somebody's mail would have everything else as well, without a second factor. Asks for a proof given within 15 minutes (403 `step_up_required`).
         */
        post: operations["downloadDataCopy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/data-copies/{id}/file": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The file of such an address */
        get: operations["getDataCopyFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/me/deletion": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Delete the own account, after a time in which it can be kept
         * @description Ends the other sign-ins and all streams; until `deletion.endsAt` everything else goes on as before. A mail says how to keep the account. Begun a second time, it ends when it was to end. The last administrator stays (409 `last_administrator`). Asks for a proof given within 15 minutes (403 `step_up_required`).
         */
        post: operations["deleteOwnAccount"];
        /** Keep the own account */
        delete: operations["keepOwnAccount"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/{id}/deletion": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Delete an account for its owner, after a time in which it can be kept
         * @description Ends every sign-in; its owner is told, and can sign in and keep it. Support may do it to those who watch, super admins to everybody but themselves. Asks for a proof given within 15 minutes (403 `step_up_required`).
         */
        post: operations["deleteAccount"];
        /**
         * Keep an account that was to be deleted
         * @description Support may do it to those who watch, super admins to everybody but themselves.
         */
        delete: operations["keepAccount"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description Further members, the parameters of `detail`, depend on `code`. */
        Problem: {
            /** @description Always about:blank: `code` identifies the problem. */
            type: string;
            title: string;
            status: number;
            /** @enum {unknown} */
            code: "invalid_request" | "unauthenticated" | "invalid_signature" | "csrf_header_missing" | "forbidden" | "rights_narrowed" | "step_up_required" | "second_factor_needed" | "kids_profile" | "profile_not_chosen" | "not_found" | "method_not_allowed" | "not_acceptable" | "request_timeout" | "conflict" | "idempotency_in_progress" | "idempotency_answer_lost" | "account_exists" | "own_account" | "precondition_failed" | "payload_too_large" | "uri_too_long" | "unsupported_media_type" | "range_not_satisfiable" | "expectation_failed" | "misdirected_request" | "idempotency_key_reused" | "too_many_requests" | "headers_too_large" | "internal_error" | "not_ready" | "storage_unavailable" | "sessions_unavailable" | "insufficient_storage" | "invalid_credentials" | "invalid_refresh_token" | "invalid_code" | "invalid_link" | "second_factor_required" | "invalid_second_factor" | "identity_refused" | "address_proof_required" | "account_not_active" | "unknown_passkey" | "sign_up_closed" | "guests_not_taken" | "identity_in_use" | "no_password" | "invitation_pending" | "already_staff" | "invitation_for_another" | "last_second_factor" | "last_way_in" | "too_many_passkeys" | "no_email" | "passkeys_unavailable" | "provider_away" | "password_breached" | "unproven_address" | "no_second_factor" | "too_many_profiles" | "main_profile" | "limit_too_high" | "pin_required" | "wrong_pin" | "main_pin_missing" | "main_pin_in_use" | "consent_outdated" | "upload_too_large" | "upload_type_not_allowed" | "upload_checksum_mismatch" | "upload_offset_conflict" | "upload_locked" | "upload_gone" | "upload_interrupted" | "tus_version_unsupported" | "too_many_uploads_of_day" | "upload_bytes_of_day_used_up" | "upload_storage_used_up" | "too_many_uploads" | "media_empty" | "media_unrecognized" | "media_format_not_allowed" | "media_codec_not_allowed" | "media_encrypted" | "media_no_video" | "media_damaged" | "media_too_large_picture" | "media_too_long" | "media_out_of_proportion" | "media_too_many_streams" | "media_not_convertible" | "media_conversion_limit" | "media_probe_limit" | "encode_failed" | "encode_unsupported" | "encode_interrupted" | "encode_frame_count" | "encode_stalled" | "package_failed" | "process_failed" | "asset_in_use" | "title_changed" | "titles_changed" | "edit_refused" | "import_changed" | "import_refused" | "term_changed" | "subtitles_changed" | "subtitles_refused" | "ladder_unknown" | "price_class_unknown" | "markers_overlap" | "marker_outside_video" | "number_taken" | "slug_taken" | "asset_taken" | "has_video" | "not_in_this_state" | "picture_not_accepted" | "picture_damaged" | "picture_too_large" | "picture_too_small" | "picture_shape" | "not_complete" | "not_entitled" | "asset_not_playable" | "too_many_streams" | "data_copy_under_way" | "data_copy_not_ready" | "link_expired" | "last_administrator" | "deletion_under_way" | "guest_only";
            detail: string;
            /** @description Names this request in the log of the server. */
            requestId: string;
            /** @description The fields that are wrong, for `invalid_request`. */
            errors?: {
                /** @description JSON pointer, after the part of the request: `/body/email`. */
                path: string;
                message: string;
            }[];
        };
        Account: {
            /**
             * @description `account_` and a ULID.
             * @example account_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            id: string;
            email: string | null;
            /** @description Whether its owner has shown that the address is theirs. */
            isEmailProven: boolean;
            /** @enum {unknown} */
            role: "super_admin" | "content_manager" | "support" | "finance" | "viewer" | "guest";
            /**
             * @description `disabled` by staff; `locked` by its owner, until a new password is set by mail.
             * @enum {unknown}
             */
            status: "active" | "disabled" | "locked";
            deletion: {
                /**
                 * Format: date-time
                 * @description UTC, ISO 8601.
                 * @example 2026-01-31T12:00:00.000Z
                 */
                requestedAt: string;
                /**
                 * Format: date-time
                 * @description Until when it can be kept. From then on everything of it is removed.
                 * @example 2026-01-31T12:00:00.000Z
                 */
                endsAt: string;
                /**
                 * @description Who asked for it; `provider`: its owner, at Facebook; `unused`: nobody, it is a guest that is gone.
                 * @enum {unknown}
                 */
                by: "owner" | "staff" | "provider" | "unused";
            } | null;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            updatedAt: string;
        };
        OwnAccount: {
            /**
             * @description `account_` and a ULID.
             * @example account_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            id: string;
            email: string | null;
            /** @description Whether its owner has shown that the address is theirs. */
            isEmailProven: boolean;
            /** @enum {unknown} */
            role: "super_admin" | "content_manager" | "support" | "finance" | "viewer" | "guest";
            /**
             * @description `disabled` by staff; `locked` by its owner, until a new password is set by mail.
             * @enum {unknown}
             */
            status: "active" | "disabled" | "locked";
            deletion: {
                /**
                 * Format: date-time
                 * @description UTC, ISO 8601.
                 * @example 2026-01-31T12:00:00.000Z
                 */
                requestedAt: string;
                /**
                 * Format: date-time
                 * @description Until when it can be kept. From then on everything of it is removed.
                 * @example 2026-01-31T12:00:00.000Z
                 */
                endsAt: string;
                /**
                 * @description Who asked for it; `provider`: its owner, at Facebook; `unused`: nobody, it is a guest that is gone.
                 * @enum {unknown}
                 */
                by: "owner" | "staff" | "provider" | "unused";
            } | null;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            updatedAt: string;
            permissions: ("account.manage-own" | "accounts.lock" | "accounts.manage" | "accounts.read" | "assets.manage" | "assets.manage-all" | "assets.read" | "audit.read" | "mails.read" | "metrics.read" | "operations.manage" | "operations.read" | "playback.start" | "sessions.manage-all" | "titles.edit" | "titles.publish" | "titles.read" | "uploads.create" | "uploads.manage-all")[];
            /** @description Whether the rights of its role are withheld until a second factor is set up or shown. */
            isSecondFactorMissing: boolean;
        };
        /** @description An access token, and the refresh token when it was asked for in the body. */
        SignedIn: {
            /** @description For `Authorization: Bearer …`. */
            accessToken: string;
            /** @description Seconds until the access token ends. */
            expiresIn: number;
            refreshToken: string | null;
            account: components["schemas"]["OwnAccount"];
        };
        /** @description Something that was begun: with the token it goes on, until it expires. */
        Begun: {
            /** @description The `token` that the request which began this was answered with. */
            token: string;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            expiresAt: string;
        };
        PasskeyQuestion: {
            /** @description The `token` that the request which began this was answered with. */
            token: string;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            expiresAt: string;
            /** @description For `navigator.credentials`, as JSON. */
            options: {
                [key: string]: unknown;
            };
        };
        Passkey: {
            /**
             * @description `passkey_` and a ULID.
             * @example passkey_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            id: string;
            name: string;
            /** @description Whether other devices of its owner have it too. */
            isSynced: boolean;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            usedAt: string | null;
        };
        RecoveryCodes: {
            /** @description To be shown once: only their hashes are kept. Empty when the account has some already. */
            recoveryCodes: string[];
        };
        AddedPasskey: {
            passkey: components["schemas"]["Passkey"];
            /** @description To be shown once: only their hashes are kept. Empty when the account has some already. */
            recoveryCodes: string[];
        };
        BegunTotp: {
            /** @description Base 32, to be typed in. */
            secret: string;
            /** @description `otpauth://…`, to be shown as a QR code. */
            uri: string;
        };
        /** @description What an account signs in with. */
        WaysIn: {
            hasPassword: boolean;
            totpSince: string | null;
            /** @description How many are left. */
            recoveryCodes: number;
            passkeys: components["schemas"]["Passkey"][];
            /** @description Whether the account is one of staff, who must have one. */
            isSecondFactorNeeded: boolean;
            /** @description By what it confirms who it is. */
            confirmsBy: ("password" | "code" | "totp" | "passkey" | "recovery-code")[];
        };
        /** @description A sign-in that goes on. */
        Device: {
            /**
             * @description `family_` and a ULID.
             * @example family_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            id: string;
            /** @description Whether the request came from it. */
            isThisOne: boolean;
            /** @description By what it signed in. */
            proofs: ("password" | "code" | "google" | "apple" | "facebook" | "phone" | "passkey" | "totp" | "recovery-code" | "operator")[];
            userAgent: string | null;
            address: string | null;
            country: string | null;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            startedAt: string;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            seenAt: string;
        };
        DeviceList: {
            items: components["schemas"]["Device"][];
        };
        /** @description Somebody who was asked to become staff, and has not accepted yet. */
        Invitation: {
            /**
             * @description `invitation_` and a ULID.
             * @example invitation_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            id: string;
            email: string;
            /** @enum {unknown} */
            role: "super_admin" | "content_manager" | "support" | "finance";
            titles: components["schemas"]["ScopedTitle"][] | null;
            /** @description Who answers for it: who sent it last. */
            invitedBy: {
                /**
                 * @description `account_` and a ULID.
                 * @example account_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
                email: string | null;
            };
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description When its link was sent last.
             * @example 2026-01-31T12:00:00.000Z
             */
            sentAt: string;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            expiresAt: string;
        };
        InvitationList: {
            items: components["schemas"]["Invitation"][];
        };
        /** @description What an invitation is about, for who has its link. */
        InvitationFacts: {
            email: string;
            /** @enum {unknown} */
            role: "super_admin" | "content_manager" | "support" | "finance";
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            expiresAt: string;
            /** @description Whether the address has an account, whose owner signs in to accept. */
            hasAccount: boolean;
        };
        /** @description By whom people can sign in here, and how. */
        SignInProviders: {
            items: {
                /** @enum {unknown} */
                provider: "google" | "apple" | "facebook" | "phone";
                ways: ("redirect" | "id-token" | "access-token" | "firebase")[];
                clientId: string | null;
            }[];
            firebase: {
                apiKey: string;
                authDomain: string;
                projectId: string;
            } | null;
            /**
             * @description Whether there are new accounts.
             * @enum {unknown}
             */
            signUp: "open" | "closed";
            /** @description Whether people may watch before they sign up. */
            guests: boolean;
        };
        BegunVisit: {
            /** @description The `token` that the request which began this was answered with. */
            token: string;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            expiresAt: string;
            url: string | null;
            /** @description For the provider's SDK, as it is. */
            nonce: string;
        };
        /** @description An account elsewhere that signs in to this one. */
        LinkedIdentity: {
            /**
             * @description `identity_` and a ULID.
             * @example identity_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            id: string;
            /** @enum {unknown} */
            provider: "google" | "apple" | "facebook" | "phone";
            email: string | null;
            name: string | null;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            linkedAt: string;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            usedAt: string;
        };
        LinkedIdentities: {
            items: components["schemas"]["LinkedIdentity"][];
        };
        ProviderDeletion: {
            /**
             * @description What came from the provider is deleted at once: `done`. `waiting`: the account, to which nothing else led, is still there.
             * @enum {unknown}
             */
            state: "waiting" | "done";
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            requestedAt: string;
            endsAt: string | null;
        };
        ScopedTitle: {
            /**
             * @description `title_` and a ULID.
             * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            id: string;
            /** @description In its original language. */
            name: string;
        };
        AccountPage: {
            items: components["schemas"]["Account"][];
            nextCursor: string | null;
        };
        /** @description Something that happened to an account. `actor` is null when nobody was signed in. */
        AccountEvent: {
            /**
             * @description `audit_` and a ULID.
             * @example audit_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            id: string;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            at: string;
            /** @description What was done, e.g. `sign-in.started`. */
            event: string;
            actor: string | null;
            address: string | null;
            before: {
                [key: string]: string | number | boolean | null;
            } | null;
            after: {
                [key: string]: string | number | boolean | null;
            } | null;
        };
        AccountDetails: {
            /**
             * @description `account_` and a ULID.
             * @example account_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            id: string;
            email: string | null;
            /** @description Whether its owner has shown that the address is theirs. */
            isEmailProven: boolean;
            /** @enum {unknown} */
            role: "super_admin" | "content_manager" | "support" | "finance" | "viewer" | "guest";
            /**
             * @description `disabled` by staff; `locked` by its owner, until a new password is set by mail.
             * @enum {unknown}
             */
            status: "active" | "disabled" | "locked";
            deletion: {
                /**
                 * Format: date-time
                 * @description UTC, ISO 8601.
                 * @example 2026-01-31T12:00:00.000Z
                 */
                requestedAt: string;
                /**
                 * Format: date-time
                 * @description Until when it can be kept. From then on everything of it is removed.
                 * @example 2026-01-31T12:00:00.000Z
                 */
                endsAt: string;
                /**
                 * @description Who asked for it; `provider`: its owner, at Facebook; `unused`: nobody, it is a guest that is gone.
                 * @enum {unknown}
                 */
                by: "owner" | "staff" | "provider" | "unused";
            } | null;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            updatedAt: string;
            hasPassword: boolean;
            /** @description Whether an authenticator app is set up. */
            hasTotp: boolean;
            passkeys: number;
            /** @description How many are left. */
            recoveryCodes: number;
            /** @description Who vouches for it. */
            providers: ("google" | "apple" | "facebook" | "phone")[];
            /** @description On how many it is signed in. */
            devices: number;
            seenAt: string | null;
            deletionReason: string | null;
            /** @description What the account that asks may do to it: lock (disable, enable, sign out, remove the second factor), change its role. */
            may: ("account.lock" | "account.change")[];
            /** @description The newest events, newest first. */
            history: components["schemas"]["AccountEvent"][];
        };
        /** @description Which series and movies somebody works on, with everything below them. */
        StaffScope: {
            titles: components["schemas"]["ScopedTitle"][] | null;
        };
        ProfilePreferences: {
            /** @description Begin the next episode by itself. */
            autoplayNext: boolean;
            /** @description Play previews in lists. */
            autoplayPreviews: boolean;
            audioLanguage: string | null;
            subtitleLanguage: string | null;
            topRungOnMobile: (240 | 360 | 480 | 720 | 1080 | 1440 | 2160) | null;
            reducedMotion: boolean | null;
            subtitleStyle: {
                /** @enum {unknown} */
                size: "small" | "medium" | "large" | "huge";
                /** @enum {unknown} */
                colour: "white" | "yellow" | "green" | "cyan" | "black";
                /** @enum {unknown} */
                background: "none" | "translucent" | "solid";
                /** @enum {unknown} */
                edge: "none" | "outline" | "shadow";
            };
        };
        Profile: {
            /**
             * @description `profile_` and a ULID.
             * @example profile_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            id: string;
            name: string | null;
            /** @description A picture that apps ship, and the colour behind it. */
            avatar: {
                /** @enum {unknown} */
                picture: "astronaut" | "balloon" | "bear" | "cactus" | "cat" | "cloud" | "comet" | "crown" | "dog" | "fox" | "guitar" | "koala" | "lantern" | "lion" | "monkey" | "mountain" | "owl" | "panda" | "penguin" | "rabbit" | "robot" | "rocket" | "sailboat" | "tiger";
                /** @enum {unknown} */
                colour: "amber" | "blue" | "coral" | "green" | "indigo" | "lime" | "pink" | "purple" | "red" | "slate" | "teal" | "yellow";
            };
            language: string | null;
            maturityLimit: (0 | 6 | 12 | 16 | 18) | null;
            /** @description A kids' profile has a maturity limit of at most 12, and manages neither profiles nor the account. */
            isKids: boolean;
            /** @description The first one of the account: always there, and never a kids' profile. */
            isMain: boolean;
            /** @description Whether a PIN is asked for when it is chosen. */
            hasPin: boolean;
            preferences: components["schemas"]["ProfilePreferences"];
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            updatedAt: string;
        };
        ProfileList: {
            items: components["schemas"]["Profile"][];
            currentId: string | null;
        };
        /** @description The profile that requests of this sign-in are for; null: choose one first. */
        CurrentProfile: {
            profile: components["schemas"]["Profile"] | null;
            /** @description False: nobody chose it on this sign-in; without one it is the main profile, if that has no PIN. */
            isChosen: boolean;
        };
        ProfileSettings: {
            /** @description Whether the way from a kids' profile to one without a PIN asks for the PIN of the main profile, which must have one. */
            requirePinToLeaveKids: boolean;
        };
        AskedDocument: {
            /**
             * @description `terms` of use, `privacy` policy, mails with offers (`marketing`), measuring how people use the service (`analytics`).
             * @enum {unknown}
             */
            document: "terms" | "privacy" | "marketing" | "analytics";
            /**
             * @description The version that is in force.
             * @example 2026-11-30
             */
            version: string;
            /** @description Where it can be read: a URL, or a path of this host. */
            url: string;
            /** @description Whether everybody has to agree; the others may be refused. */
            isRequired: boolean;
        };
        AskedDocuments: {
            items: components["schemas"]["AskedDocument"][];
        };
        /** @description A document, and what the account decided about it. */
        Consent: {
            /**
             * @description `terms` of use, `privacy` policy, mails with offers (`marketing`), measuring how people use the service (`analytics`).
             * @enum {unknown}
             */
            document: "terms" | "privacy" | "marketing" | "analytics";
            /**
             * @description The version that is in force.
             * @example 2026-11-30
             */
            version: string;
            /** @description Where it can be read: a URL, or a path of this host. */
            url: string;
            /** @description Whether everybody has to agree; the others may be refused. */
            isRequired: boolean;
            decision: {
                /** @description Given, or else withdrawn or refused. */
                given: boolean;
                /** @example 2026-11-30 */
                version: string;
                /**
                 * Format: date-time
                 * @description UTC, ISO 8601.
                 * @example 2026-01-31T12:00:00.000Z
                 */
                at: string;
            } | null;
            /** @description Whether to ask: it is required, and this version was not agreed to. */
            isDue: boolean;
        };
        Consents: {
            /** @description Whether one of them is due. */
            isDue: boolean;
            items: components["schemas"]["Consent"][];
            /** @description Newest first, the latest of them. */
            history: {
                /**
                 * @description `consent_` and a ULID.
                 * @example consent_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
                /**
                 * @description `terms` of use, `privacy` policy, mails with offers (`marketing`), measuring how people use the service (`analytics`).
                 * @enum {unknown}
                 */
                document: "terms" | "privacy" | "marketing" | "analytics";
                /** @example 2026-11-30 */
                version: string;
                /** @description Given, or else withdrawn or refused. */
                given: boolean;
                /**
                 * Format: date-time
                 * @description UTC, ISO 8601.
                 * @example 2026-01-31T12:00:00.000Z
                 */
                at: string;
                /** @description Network address that it came from. */
                address: string;
                userAgent: string | null;
                language: string | null;
            }[];
        };
        UploadQuota: {
            used: {
                /** @description Unfinished uploads. */
                open: number;
                /** @description Uploads begun within 24 hours, but for those that ended before a byte came. */
                begun: number;
                /** @description Their bytes as declared; of those that came to nothing, what had come. */
                begunBytes: number;
                /** @description Bytes of unfinished uploads and of the sources of titles. */
                storedBytes: number;
            };
            limits: {
                /** @description Unfinished uploads. */
                open: number;
                begun: number | null;
                begunBytes: number | null;
                storedBytes: number | null;
            };
            /** @description When the oldest upload of the last 24 hours no longer counts; null where none counts. */
            freesAt: string | null;
        };
        UploadUsage: {
            /** @description Accounts that have anything, those that store most first. */
            items: {
                /**
                 * @description `account_` and a ULID.
                 * @example account_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                accountId: string;
                email: string | null;
                used: {
                    /** @description Unfinished uploads. */
                    open: number;
                    /** @description Uploads begun within 24 hours, but for those that ended before a byte came. */
                    begun: number;
                    /** @description Their bytes as declared; of those that came to nothing, what had come. */
                    begunBytes: number;
                    /** @description Bytes of unfinished uploads and of the sources of titles. */
                    storedBytes: number;
                };
            }[];
            limits: {
                /** @description Unfinished uploads. */
                open: number;
                begun: number | null;
                begunBytes: number | null;
                storedBytes: number | null;
            };
        };
        Upload: {
            /**
             * @description `upload_` and a ULID.
             * @example upload_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            id: string;
            /**
             * @description `account_` and a ULID.
             * @example account_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            ownerId: string;
            /** @enum {unknown} */
            stage: "uploading";
            /** @description For display. */
            filename: string;
            /** @description Size of the whole file. */
            bytes: number;
            receivedBytes: number;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            expiresAt: string;
        };
        UploadPage: {
            items: components["schemas"]["Upload"][];
            nextCursor: string | null;
        };
        ProcessingError: {
            /** @description Stable, e.g. `media_no_video`. */
            code: string;
            /** @description A sentence for people. */
            message: string;
            /** @description The file itself is the reason: the same would come of trying again. */
            isPermanent: boolean;
        };
        Work: {
            /**
             * @description What is happening to the version now.
             * @enum {unknown}
             */
            stage: "queued" | "preparing" | "encoding" | "packaging" | "done" | "failed" | "cancelled";
            /** @description Over all renditions. */
            progress: number;
            etaSeconds: number | null;
            queuePosition: number | null;
            /** @description What it waits for before it goes on by itself; null when nothing holds it up. */
            waitsFor: "disk-space" | null;
            fetched: number | null;
            error: components["schemas"]["ProcessingError"] | null;
        };
        /** @description What a title lost, or what had to be guessed, with the values that the sentence names. */
        Warning: {
            /**
             * @description Stable, e.g. `audio_track_empty`.
             * @example audio_track_not_accepted
             */
            code: string;
            /** @description A sentence for people. */
            detail: string;
        } & {
            [key: string]: number | string;
        };
        Rendition: {
            /**
             * @description `rendition_` and a ULID.
             * @example rendition_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            id: string;
            /** @description Unique in the version, e.g. `v720-3000`. */
            name: string;
            /** @enum {unknown} */
            kind: "video" | "audio";
            codec: string | null;
            width: number | null;
            height: number | null;
            channels: number | null;
            /** @description The cap in bits per second. */
            targetBandwidth: number;
            averageBandwidth: number | null;
            peakBandwidth: number | null;
            /** @description Published so far. */
            bytes: number;
            /** @description Video frames, or milliseconds of audio. */
            unitsTotal: number;
            /** @description Of those, how many can be played. */
            unitsPackaged: number;
            /** @description Share that is encoded. */
            encoded: number;
            /** @description Share that can be played. */
            packaged: number;
            /** @description Both together, for a progress bar. */
            progress: number;
        };
        VersionSummary: {
            /**
             * @description `version_` and a ULID.
             * @example version_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            id: string;
            /** @description 1, 2, 3 … within the asset. */
            number: number;
            /** @enum {unknown} */
            state: "queued" | "preparing" | "encoding" | "playable" | "complete" | "failed" | "cancelled";
            /** @description Whether new playback sessions get this version. */
            isCurrent: boolean;
            work: components["schemas"]["Work"];
            /** @description What it lost, or what was guessed; empty when nothing. */
            warnings: components["schemas"]["Warning"][];
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            startedAt: string | null;
            playableAt: string | null;
            finishedAt: string | null;
        };
        Version: {
            /**
             * @description `version_` and a ULID.
             * @example version_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            id: string;
            /** @description 1, 2, 3 … within the asset. */
            number: number;
            /** @enum {unknown} */
            state: "queued" | "preparing" | "encoding" | "playable" | "complete" | "failed" | "cancelled";
            /** @description Whether new playback sessions get this version. */
            isCurrent: boolean;
            work: components["schemas"]["Work"];
            /** @description What it lost, or what was guessed; empty when nothing. */
            warnings: components["schemas"]["Warning"][];
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            startedAt: string | null;
            playableAt: string | null;
            finishedAt: string | null;
            /** @description Highest bit rate first, video before audio. */
            renditions: components["schemas"]["Rendition"][];
        };
        /** @description What the probe found in the source. */
        SourceMedia: {
            /** @description Demuxer. */
            format: string;
            /** @description Of the picture, in milliseconds. */
            durationMs: number;
            /** @description Displayed pixels, rotation applied. */
            width: number;
            /** @description Displayed pixels, rotation applied. */
            height: number;
            /** @description Clockwise degrees, already applied. */
            rotation: number;
            /** @description Average frames per second. */
            frameRate: number;
            variableFrameRate: boolean;
            interlaced: boolean;
            /** @description As the probe named it. */
            videoCodec: string;
            /** @description none, hdr10, hlg or other. */
            hdr: string;
            audio: {
                /** @description As the probe named it. */
                codec: string;
                /** @description Channels. */
                channels: number;
                /** @description e.g. `5.1(side)`. */
                layout: string;
                /** @description BCP 47; `und` when unknown. */
                language: string;
            }[];
        };
        /** @description A picture of the title, taken from it. */
        Still: {
            /**
             * @description `version_` and a ULID.
             * @example version_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            versionId: string;
            /** @description Which picture of the version: see `getStill`. */
            chunk: number;
            /** @description When it is shown, in milliseconds. */
            atMs: number;
            /** @description Pixels. */
            width: number;
            /** @description Pixels. */
            height: number;
        };
        AssetSummary: {
            /**
             * @description `asset_` and a ULID.
             * @example asset_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            id: string;
            /** @description Plain text: never HTML. */
            title: string;
            /**
             * @description `playable` grows while it plays, `ready` is complete.
             * @enum {unknown}
             */
            state: "processing" | "playable" | "ready" | "failed" | "cancelled";
            /** @description Whether a playback session can be started. */
            isPlayable: boolean;
            /** @description Of the upload, for display. */
            filename: string;
            /** @description Size of the source. */
            sourceBytes: number;
            durationMs: number | null;
            error: components["schemas"]["ProcessingError"] | null;
            /** @description What the version that is served, else the newest one, lost, or what was guessed; empty when nothing. */
            warnings: components["schemas"]["Warning"][];
            poster: components["schemas"]["Still"] | null;
            /** @description Whether the account that asks may change it. */
            mayChange: boolean;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            updatedAt: string;
            newestVersion: components["schemas"]["VersionSummary"] | null;
        };
        Asset: {
            /**
             * @description `asset_` and a ULID.
             * @example asset_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            id: string;
            /** @description Plain text: never HTML. */
            title: string;
            /**
             * @description `playable` grows while it plays, `ready` is complete.
             * @enum {unknown}
             */
            state: "processing" | "playable" | "ready" | "failed" | "cancelled";
            /** @description Whether a playback session can be started. */
            isPlayable: boolean;
            /** @description Of the upload, for display. */
            filename: string;
            /** @description Size of the source. */
            sourceBytes: number;
            durationMs: number | null;
            error: components["schemas"]["ProcessingError"] | null;
            /** @description What the version that is served, else the newest one, lost, or what was guessed; empty when nothing. */
            warnings: components["schemas"]["Warning"][];
            poster: components["schemas"]["Still"] | null;
            /** @description Whether the account that asks may change it. */
            mayChange: boolean;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            updatedAt: string;
            media: components["schemas"]["SourceMedia"] | null;
            /** @description Pictures that do not look alike, in the order of the title. */
            stills: components["schemas"]["Still"][];
            /** @description The newest 20, newest first. */
            versions: components["schemas"]["Version"][];
        };
        AssetPage: {
            items: components["schemas"]["AssetSummary"][];
            nextCursor: string | null;
        };
        BulkResults: {
            /** @description One for each id, in their order. */
            results: {
                /**
                 * @description `asset_` and a ULID.
                 * @example asset_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
                problem: {
                    /** @description Stable, e.g. `conflict`. */
                    code: string;
                    /** @description A sentence for people. */
                    message: string;
                } | null;
            }[];
        };
        Picture: {
            /**
             * @description Put one of `widths` for `{width}` and `avif`, `webp` or `jpg` for `{format}`. What is there never changes. Without a host: where the API is.
             * @example /s/p/k1.c2lnbmF0dXJlLW9mLWl0/0123456789012345678901234567890123456789/0123abcd-{width}.{format}
             */
            url: string;
            /** @description In pixels, the smallest first. */
            widths: number[];
            /** @description Of the largest one, in pixels. */
            width: number;
            height: number;
            /** @description A colour to show until it has come, `#rrggbb`. */
            placeholder: string;
        };
        /** @description Those that there are, in the language of the reader as far as there is one. Of a kind of which a title has none: that of what it is a part of. */
        Pictures: {
            poster?: components["schemas"]["Picture"];
            cover?: components["schemas"]["Picture"];
            banner?: components["schemas"]["Picture"];
        };
        MadePicture: {
            /** @description A picture, by its content. */
            id: string;
            /**
             * @description poster 2:3, cover 9:16, banner 16:9, portrait 1:1 (of people).
             * @enum {unknown}
             */
            kind: "poster" | "cover" | "banner" | "portrait";
            picture: components["schemas"]["Picture"];
        };
        TitlePicture: {
            /** @enum {unknown} */
            kind: "poster" | "cover" | "banner";
            language: string | null;
            /** @description A picture, by its content. */
            id: string;
            picture: components["schemas"]["Picture"];
            /**
             * @description Whose it is.
             * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            titleId: string;
        };
        TitlePictures: {
            /** @description Its own. */
            items: components["schemas"]["TitlePicture"][];
            /** @description Of the kinds of which it has none: what it shows of the nearest title that it is a part of. */
            inherited: components["schemas"]["TitlePicture"][];
        };
        /** @description `GET /assets/{id}/stills/{versionId}/{chunk}` is its file. */
        PictureFrame: {
            /**
             * @description `asset_` and a ULID.
             * @example asset_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            assetId: string;
            /**
             * @description `version_` and a ULID.
             * @example version_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            versionId: string;
            chunk: number;
            /** @description Where it is in the video, in milliseconds. */
            atMs: number;
            width: number;
            height: number;
        };
        PictureFrames: {
            items: components["schemas"]["PictureFrame"][];
        };
        /** @description What viewers may skip in an episode or a movie; null where there is none. */
        TitleMarkers: {
            intro: {
                /** @description Where it begins, in milliseconds from the beginning of the video. */
                startMs: number;
                /** @description Where it is over; behind the beginning. */
                endMs: number;
            } | null;
            recap: {
                /** @description Where it begins, in milliseconds from the beginning of the video. */
                startMs: number;
                /** @description Where it is over; behind the beginning. */
                endMs: number;
            } | null;
            credits: {
                /** @description Where it begins, in milliseconds from the beginning of the video. */
                startMs: number;
                /** @description Where it is over; behind the beginning. */
                endMs: number;
            } | null;
        };
        /** @description What counts for it, all considered. `from` null: nobody says so, it is as configured. */
        TitleStreaming: {
            topRung: {
                value: number | null;
                from: ("series" | "movie" | "season" | "episode" | "trailer" | "extra") | null;
            };
            qualityPreset: {
                value: ("ultrafast" | "superfast" | "veryfast" | "faster" | "fast" | "medium" | "slow" | "slower" | "veryslow") | null;
                from: ("series" | "movie" | "season" | "episode" | "trailer" | "extra") | null;
            };
            ladder: {
                value: string | null;
                from: ("series" | "movie" | "season" | "episode" | "trailer" | "extra") | null;
                /** @description False: the configuration has it no more, and the usual one is used. */
                isKnown: boolean;
            };
            priceClass: {
                value: string;
                from: ("series" | "movie" | "season" | "episode" | "trailer" | "extra") | null;
            };
            freeEpisodes: {
                value: number | null;
                from: ("series" | "movie" | "season" | "episode" | "trailer" | "extra") | null;
            };
            encoding: {
                qualityPreset: ("ultrafast" | "superfast" | "veryfast" | "faster" | "fast" | "medium" | "slow" | "slower" | "veryslow") | null;
                ladder: string | null;
                /** @description False: encoded again, the video would become another one. */
                isAsSet: boolean;
            } | null;
        };
        StreamingChoices: {
            qualityPresets: ("ultrafast" | "superfast" | "veryfast" | "faster" | "fast" | "medium" | "slow" | "slower" | "veryslow")[];
            ladders: string[];
            /** @description The first one is that of titles which name none. */
            priceClasses: string[];
        };
        TitleText: {
            /**
             * @description A language tag (BCP 47).
             * @example pt-BR
             */
            language: string;
            name: string;
            tagline: string | null;
            synopsis: string | null;
        };
        Release: {
            /**
             * @description ISO 3166-1 alpha-2, or `*`: every region without a release of its own.
             * @example KR
             */
            region: string;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            opensAt: string;
            closesAt: string | null;
            /**
             * @description IANA name of the time zone in which these times are thought of.
             * @example Asia/Seoul
             */
            timeZone: string;
        };
        /** @description When viewers of a region see it, all considered: its parents, too. */
        TitleWindow: {
            /**
             * @description ISO 3166-1 alpha-2, or `*`: every region without a release of its own.
             * @example KR
             */
            region: string;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            opensAt: string;
            closesAt: string | null;
        };
        TitleSummary: {
            /**
             * @description `title_` and a ULID.
             * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            id: string;
            /**
             * @description What it is.
             * @enum {unknown}
             */
            kind: "series" | "movie" | "season" | "episode" | "trailer" | "extra";
            parentId: string | null;
            /**
             * @description The series or movie that it belongs to; itself if it is one.
             * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            rootId: string;
            number: number | null;
            /**
             * @description How far staff are with it.
             * @enum {unknown}
             */
            state: "draft" | "in_review" | "approved" | "published";
            /** @description In the language that the request prefers, as far as there is one. */
            name: string;
            assetId: string | null;
            thumbnail: components["schemas"]["Picture"] | null;
            maturity: (0 | 6 | 12 | 16 | 18) | null;
            /** @description Counts the changes of the title. In a request: the one that was looked at; another one is refused. */
            revision: number;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            updatedAt: string;
            deletedAt: string | null;
        };
        TitlePage: {
            items: components["schemas"]["TitleSummary"][];
            nextCursor: string | null;
        };
        Title: {
            /**
             * @description `title_` and a ULID.
             * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            id: string;
            /**
             * @description What it is.
             * @enum {unknown}
             */
            kind: "series" | "movie" | "season" | "episode" | "trailer" | "extra";
            parentId: string | null;
            /**
             * @description The series or movie that it belongs to; itself if it is one.
             * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            rootId: string;
            number: number | null;
            /**
             * @description How far staff are with it.
             * @enum {unknown}
             */
            state: "draft" | "in_review" | "approved" | "published";
            /** @description In the language that the request prefers, as far as there is one. */
            name: string;
            assetId: string | null;
            thumbnail: components["schemas"]["Picture"] | null;
            maturity: (0 | 6 | 12 | 16 | 18) | null;
            /** @description Counts the changes of the title. In a request: the one that was looked at; another one is refused. */
            revision: number;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            updatedAt: string;
            deletedAt: string | null;
            slug: string | null;
            /**
             * @description A language tag (BCP 47).
             * @example pt-BR
             */
            originalLanguage: string;
            texts: components["schemas"]["TitleText"][];
            /** @description The highest of its own age and of what it is a part of. */
            effectiveMaturity: number;
            year: number | null;
            topRung: number | null;
            freeEpisodes: number | null;
            qualityPreset: ("ultrafast" | "superfast" | "veryfast" | "faster" | "fast" | "medium" | "slow" | "slower" | "veryslow") | null;
            ladder: string | null;
            priceClass: string | null;
            markers: components["schemas"]["TitleMarkers"];
            streaming: components["schemas"]["TitleStreaming"];
            releases: components["schemas"]["Release"][];
            windows: components["schemas"]["TitleWindow"][];
            /** @description What may be done about its state now. */
            steps: ("submit" | "reject" | "approve" | "reopen" | "publish" | "withdraw")[];
            publishedAt: string | null;
        };
        TitleFieldChange: {
            /**
             * @example year
             * @example name:de
             * @example release:KR
             */
            field: string;
            before: string | number | null;
            after: string | number | null;
        };
        EditPreview: {
            titles: {
                /**
                 * @description `title_` and a ULID.
                 * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                titleId: string;
                revision: number | null;
                kind: ("series" | "movie" | "season" | "episode" | "trailer" | "extra") | null;
                number: number | null;
                /** @description In the original language. */
                name: string;
                changes: components["schemas"]["TitleFieldChange"][];
                problem: {
                    code: string;
                    message: string;
                } | null;
            }[];
        };
        SeasonPlan: {
            files: {
                filename: string;
                season: number | null;
                episode: number | null;
                name: string | null;
                /** @description What was taken for quality, year or date. */
                dropped: string[];
                titleId: string | null;
                assetId: string | null;
                problem: ("no-number" | "several-numbers" | "range" | "fraction" | "unlike-the-others" | "twice" | "which-season" | "other-season" | "impossible-number" | "has-video") | null;
            }[];
            seasons: {
                number: number;
                titleId: string | null;
                /** @description Numbers between those that are there or come; a hundred at most. */
                missing: number[];
            }[];
        };
        AddedEpisodes: {
            episodes: {
                season: number;
                number: number;
                /**
                 * @description `title_` and a ULID.
                 * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                titleId: string;
                /** @description False: it was there already, and stays as it is. */
                isNew: boolean;
            }[];
        };
        TitleUpload: {
            /**
             * @description `upload_` and a ULID.
             * @example upload_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            uploadId: string;
            /**
             * @description `title_` and a ULID.
             * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            titleId: string;
            filename: string;
            bytes: number;
            /**
             * @description `arrived`: all bytes are here, and it is about to become the video; `failed`: it did not, see `problem`, and its asset is kept; `ended`: it was given up or expired.
             * @enum {unknown}
             */
            state: "uploading" | "arrived" | "attached" | "failed" | "ended";
            assetId: string | null;
            assetState: string | null;
            problem: string | null;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
        };
        TitleUploadPage: {
            items: components["schemas"]["TitleUpload"][];
            nextCursor: string | null;
        };
        TitleOfVideo: {
            /**
             * @description `asset_` and a ULID.
             * @example asset_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            assetId: string;
            /**
             * @description `title_` and a ULID.
             * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            titleId: string;
            /** @description False: a title had this video already, and stays as it is. */
            isNew: boolean;
        };
        TitlesOfVideos: {
            items: components["schemas"]["TitleOfVideo"][];
        };
        ExchangedTitle: {
            /**
             * @description One that is not here yet is kept; without one, a title is known by its slug or its place.
             * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            id?: string;
            /**
             * @description What it is.
             * @enum {unknown}
             */
            kind?: "series" | "movie" | "season" | "episode" | "trailer" | "extra";
            /**
             * @description How far staff are with it.
             * @enum {unknown}
             */
            state?: "draft" | "in_review" | "approved" | "published";
            /**
             * @description A language tag (BCP 47).
             * @example pt-BR
             */
            originalLanguage?: string;
            /** @description Addresses that it had: they lead to the present one. */
            formerSlugs?: string[];
            /** @description All of them, in their order. They must be there. */
            terms?: {
                /**
                 * @description What it is, and its slug: these are the same on another server.
                 * @example category/romance
                 */
                term: string;
                role?: ("cast" | "director" | "writer" | "producer" | "music") | null;
                part?: string | null;
            }[];
            releases?: {
                /**
                 * @description ISO 3166-1 alpha-2, or `*`: every region without a release of its own.
                 * @example KR
                 */
                region: string;
                /**
                 * Format: date-time
                 * @description UTC, ISO 8601.
                 * @example 2026-01-31T12:00:00.000Z
                 */
                opensAt: string;
                closesAt: string | null;
                /**
                 * @description IANA name of the time zone in which these times are thought of.
                 * @example Asia/Seoul
                 */
                timeZone: string;
            }[];
            parent?: string | null;
            number?: number | null;
            slug?: string | null;
            maturity?: (0 | 6 | 12 | 16 | 18) | null;
            year?: number | null;
            topRung?: number | null;
            freeEpisodes?: number | null;
            qualityPreset?: ("ultrafast" | "superfast" | "veryfast" | "faster" | "fast" | "medium" | "slow" | "slower" | "veryslow") | null;
            ladder?: string | null;
            priceClass?: string | null;
            /** @description All of them; in CSV a line for each, like `intro 0:10.000-1:25.500`. */
            markers?: {
                intro?: {
                    /** @description Where it begins, in milliseconds from the beginning of the video. */
                    startMs: number;
                    /** @description Where it is over; behind the beginning. */
                    endMs: number;
                } | null;
                recap?: {
                    /** @description Where it begins, in milliseconds from the beginning of the video. */
                    startMs: number;
                    /** @description Where it is over; behind the beginning. */
                    endMs: number;
                } | null;
                credits?: {
                    /** @description Where it begins, in milliseconds from the beginning of the video. */
                    startMs: number;
                    /** @description Where it is over; behind the beginning. */
                    endMs: number;
                } | null;
            };
            assetId?: string | null;
            publishedAt?: string | null;
            /** @description By language; null removes one. */
            texts?: {
                [key: string]: {
                    name: string;
                    tagline?: string | null;
                    synopsis?: string | null;
                } | null;
            };
        };
        ImportProblem: {
            /** @description As spreadsheets count: 1 is the head. In JSON the first title is 1. */
            row: number;
            column: string | null;
            message: string;
        };
        ImportPreview: {
            /** @description Titles in the file. */
            rows: number;
            made: number;
            changed: number;
            /** @description What would be made or changed; the first of them. */
            titles: {
                row: number;
                titleId: string | null;
                /**
                 * @description What it is.
                 * @enum {unknown}
                 */
                kind: "series" | "movie" | "season" | "episode" | "trailer" | "extra";
                /** @description In the original language. */
                name: string;
                changes: components["schemas"]["TitleFieldChange"][];
            }[];
            /** @description What is wrong, row by row; the first of it. With any, nothing can be imported. */
            problems: components["schemas"]["ImportProblem"][];
            seen: string | null;
        };
        Imported: {
            rows: number;
            made: number;
            changed: number;
        };
        ReleaseMoment: {
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            at: string;
            /** @enum {unknown} */
            what: "opens" | "closes";
            /**
             * @description ISO 3166-1 alpha-2, or `*`: every region without a release of its own.
             * @example KR
             */
            region: string;
            /** @description IANA name of the time zone in which the time is thought of. */
            timeZone: string;
            /**
             * @description `title_` and a ULID.
             * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            titleId: string;
            /**
             * @description `title_` and a ULID.
             * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            rootId: string;
            /**
             * @description What it is.
             * @enum {unknown}
             */
            kind: "series" | "movie" | "season" | "episode" | "trailer" | "extra";
            number: number | null;
            /** @description In the language that the request prefers, as far as there is one. */
            name: string;
            /** @description That of the series or movie that it belongs to. */
            rootName: string;
            /**
             * @description How far staff are with it.
             * @enum {unknown}
             */
            state: "draft" | "in_review" | "approved" | "published";
            /** @description Whether viewers see it then: false for what is not published, and where what it is a part of says otherwise. */
            isSeen: boolean;
        };
        ReleaseCalendar: {
            items: components["schemas"]["ReleaseMoment"][];
            /** @description False: there are more than 1000, and only the first are here. */
            isWhole: boolean;
        };
        TermText: {
            /**
             * @description A language tag (BCP 47).
             * @example pt-BR
             */
            language: string;
            name: string;
            about: string | null;
        };
        Term: {
            /**
             * @description A category, a tag or a person.
             * @example category_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            id: string;
            /** @enum {unknown} */
            kind: "category" | "tag" | "person";
            /** @description In the language that the request prefers, as far as there is one. */
            name: string;
            slug: string;
            /**
             * @description A language tag (BCP 47).
             * @example pt-BR
             */
            originalLanguage: string;
            texts: components["schemas"]["TermText"][];
            revision: number;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            updatedAt: string;
            portrait?: components["schemas"]["Picture"];
            /** @description The same by its content. */
            portraitId?: string;
        };
        TermPage: {
            items: components["schemas"]["Term"][];
            nextCursor: string | null;
        };
        TitleTerm: {
            /**
             * @description A category, a tag or a person.
             * @example category_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            id: string;
            /** @enum {unknown} */
            kind: "category" | "tag" | "person";
            name: string;
            role: ("cast" | "director" | "writer" | "producer" | "music") | null;
            part: string | null;
            portrait?: components["schemas"]["Picture"];
        };
        TitleTerms: {
            items: components["schemas"]["TitleTerm"][];
        };
        Subtitles: {
            /**
             * @description `subtitles_` and a ULID.
             * @example subtitles_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            id: string;
            /**
             * @description `title_` and a ULID.
             * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            titleId: string;
            /**
             * @description A language tag (BCP 47).
             * @example pt-BR
             */
            language: string;
            label: string | null;
            /** @description Only what must be read to follow, e.g. signs. Shown by itself. */
            isForced: boolean;
            /** @description For the deaf and hard of hearing: says sounds and who speaks as well. */
            isSdh: boolean;
            /** @description Whether viewers get it. */
            isOn: boolean;
            /** @description How many texts it has. */
            cues: number;
            /** @description Viewers get other texts still: changes were held back. */
            hasUnpublished: boolean;
            /** @description The title got another video since its times were looked at. */
            timesMayBeOff: boolean;
            /** @description Counts the changes of the subtitles. In a request: the one that was looked at; another one is refused. */
            revision: number;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            updatedAt: string;
        };
        AudioTrack: {
            /** @description Its number in the video, from 0. */
            track: number;
            language: string;
            label: string;
            isDefault: boolean;
            /** @description Whether viewers get it. */
            isOn: boolean;
        };
        /** @description Subtitles in the uploaded video itself. */
        FoundSubtitles: {
            /** @description Its index in the uploaded file. */
            stream: number;
            codec: string;
            language: string;
            title: string | null;
            isForced: boolean;
            isSdh: boolean;
            /**
             * @description Only texts can be taken over; pictures of texts, as discs and broadcasts have them, cannot.
             * @enum {unknown}
             */
            content: "text" | "pictures" | "unknown";
            /**
             * @description `taken`: subtitles of the title were made of it, and are there.
             * @enum {unknown}
             */
            state: "offered" | "waiting" | "taken" | "failed";
            problem: string | null;
            subtitlesId: string | null;
        };
        TitleTracks: {
            /**
             * @description `title_` and a ULID.
             * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            titleId: string;
            assetId: string | null;
            audio: components["schemas"]["AudioTrack"][];
            subtitles: components["schemas"]["Subtitles"][];
            found: components["schemas"]["FoundSubtitles"][];
            /**
             * @description Whether what was found can be made subtitles: `not-yet` before the video can be played, `no-source` where the uploaded file is not kept.
             * @enum {unknown}
             */
            canTakeOver: "yes" | "not-yet" | "no-source";
            /**
             * @description Whether what is played offers these tracks as they are now; `none` while nothing is complete.
             * @enum {unknown}
             */
            publication: "none" | "waiting" | "published";
        };
        ReadSubtitlesFile: {
            /** @enum {unknown} */
            format: "srt" | "webvtt" | "ass" | "ttml";
            /** @enum {unknown} */
            encoding: "utf-8" | "utf-16le" | "utf-16be" | "windows-1250" | "windows-1251" | "windows-1252" | "windows-1253" | "windows-1254" | "windows-1255" | "windows-1256" | "windows-1257" | "windows-1258" | "windows-874" | "iso-8859-2" | "iso-8859-5" | "iso-8859-6" | "iso-8859-7" | "iso-8859-8" | "koi8-r" | "shift_jis" | "euc-jp" | "gb18030" | "big5" | "euc-kr";
            /** @description The file does not say it: look at the texts. */
            encodingIsGuess: boolean;
            /** @description Cues without a text, which were left out. */
            empty: number;
            /** @description Cues that went on behind the end of the video, and end with it now. */
            cut: number;
        };
        UploadedSubtitles: {
            subtitles: components["schemas"]["Subtitles"];
            file: components["schemas"]["ReadSubtitlesFile"] | null;
        };
        Cue: {
            /** @description Its own, whatever its place: no other one ever gets it. */
            number: number;
            /** @description Milliseconds from the beginning of the video. */
            startMs: number;
            /** @description Milliseconds from the beginning of the video. */
            endMs: number;
            /** @description Lines of text with `<i>`, `<b>` and `<u>`; `&lt;`, `&gt;` and `&amp;` stand for the characters. Other tags are text. */
            text: string;
            /** @description Where it stands, as WebVTT says it, e.g. `line:0 align:start`. Empty: below, in the middle. */
            settings: string;
        };
        CuePage: {
            items: components["schemas"]["Cue"][];
            nextCursor: string | null;
            /** @description Counts the changes of the subtitles. In a request: the one that was looked at; another one is refused. */
            revision: number;
        };
        ChangedCues: {
            /** @description Counts the changes of the subtitles. In a request: the one that was looked at; another one is refused. */
            revision: number;
            /** @description Those that were changed or made, as they are now, in the order of the changes. */
            changed: components["schemas"]["Cue"][];
        };
        TitleCard: {
            /**
             * @description `title_` and a ULID.
             * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            id: string;
            /** @enum {unknown} */
            kind: "series" | "movie" | "season" | "episode" | "trailer" | "extra";
            name: string;
            slug: string | null;
            number: number | null;
            year: number | null;
            /** @description An age in years from which on it may be watched. */
            maturity: number;
            pictures: components["schemas"]["Pictures"];
            durationMs: number | null;
            /** @description The price class that it is of, itself or by what it is a part of. */
            priceClass: string;
        };
        TitleCardPage: {
            items: components["schemas"]["TitleCard"][];
            nextCursor: string | null;
        };
        ShownTerm: {
            /**
             * @description A category, a tag or a person.
             * @example category_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            id: string;
            /** @enum {unknown} */
            kind: "category" | "tag" | "person";
            name: string;
            slug: string;
            about: string | null;
            portrait?: components["schemas"]["Picture"];
        };
        Categories: {
            items: components["schemas"]["ShownTerm"][];
        };
        Home: {
            /** @description What staff put first. */
            featured: components["schemas"]["TitleCard"][];
            rows: {
                /** @enum {unknown} */
                of: "new" | "category";
                term: components["schemas"]["ShownTerm"] | null;
                items: components["schemas"]["TitleCard"][];
            }[];
        };
        Season: {
            /**
             * @description `title_` and a ULID.
             * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            id: string;
            /** @enum {unknown} */
            kind: "series" | "movie" | "season" | "episode" | "trailer" | "extra";
            name: string;
            slug: string | null;
            number: number | null;
            year: number | null;
            /** @description An age in years from which on it may be watched. */
            maturity: number;
            pictures: components["schemas"]["Pictures"];
            durationMs: number | null;
            /** @description The price class that it is of, itself or by what it is a part of. */
            priceClass: string;
            /** @description How many of its episodes are there. */
            episodes: number;
        };
        ReleasedTitle: {
            /**
             * @description `title_` and a ULID.
             * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            id: string;
            /** @enum {unknown} */
            kind: "series" | "movie" | "season" | "episode" | "trailer" | "extra";
            name: string;
            slug: string | null;
            number: number | null;
            year: number | null;
            /** @description An age in years from which on it may be watched. */
            maturity: number;
            pictures: components["schemas"]["Pictures"];
            durationMs: number | null;
            /** @description The price class that it is of, itself or by what it is a part of. */
            priceClass: string;
            /**
             * @description The language of the texts, as near to what was asked for as there is.
             * @example pt-BR
             */
            language: string;
            tagline: string | null;
            synopsis: string | null;
            root: components["schemas"]["TitleCard"] | null;
            parentId: string | null;
            /** @description Whether it has a video that can be played now. */
            isPlayable: boolean;
            /** @description What players offer to skip, in the order of time. What the video is too short for is not in it. */
            markers: {
                /**
                 * @description What can be skipped.
                 * @enum {unknown}
                 */
                kind: "intro" | "recap" | "credits";
                /** @description Where it begins, in milliseconds from the beginning of the video. */
                startMs: number;
                /** @description Where it is over; behind the beginning. */
                endMs: number;
            }[];
            /** @description Its categories, tags and people, in their order. */
            terms: components["schemas"]["TitleTerm"][];
            /** @description Of a series, those that are there. */
            seasons: components["schemas"]["Season"][];
            trailers: components["schemas"]["TitleCard"][];
            extras: components["schemas"]["TitleCard"][];
        };
        FoundTitle: {
            title: components["schemas"]["TitleCard"];
            /**
             * @description How it was found: it is called so, its name begins so, it has all words in the name, it has them elsewhere as well, it has them but for typing errors.
             * @enum {unknown}
             */
            match: "name" | "prefix" | "words" | "other" | "corrected";
            /** @description Parts of the name that were asked for, in UTF-16 code units, as strings of JavaScript count. */
            highlights: {
                start: number;
                length: number;
            }[];
            otherName: {
                /**
                 * @description A language tag (BCP 47).
                 * @example pt-BR
                 */
                language: string;
                name: string;
                /** @description Parts of the name that were asked for, in UTF-16 code units, as strings of JavaScript count. */
                highlights: {
                    start: number;
                    length: number;
                }[];
            } | null;
        };
        SearchPage: {
            items: components["schemas"]["FoundTitle"][];
            nextCursor: string | null;
            didYouMean: string | null;
        };
        SearchSuggestions: {
            items: {
                /**
                 * @description `title_` and a ULID.
                 * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                titleId: string;
                /**
                 * @description A language tag (BCP 47).
                 * @example pt-BR
                 */
                language: string;
                name: string;
                /** @description Parts of the name that were asked for, in UTF-16 code units, as strings of JavaScript count. */
                highlights: {
                    start: number;
                    length: number;
                }[];
            }[];
            didYouMean: string | null;
        };
        StartedSession: {
            /**
             * @description `session_` and a ULID.
             * @example session_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            sessionId: string;
            /** @description URL of the multivariant playlist. It is a secret: who has it can watch. */
            hls: string;
            /** @description URL of the MPD. */
            dash: string;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            expiresAt: string;
            /** @description What players offer to skip, in the order of time. What the video is too short for is not in it. */
            markers: {
                /**
                 * @description What can be skipped.
                 * @enum {unknown}
                 */
                kind: "intro" | "recap" | "credits";
                /** @description Where it begins, in milliseconds from the beginning of the video. */
                startMs: number;
                /** @description Where it is over; behind the beginning. */
                endMs: number;
            }[];
        };
        PlaybackSession: {
            /**
             * @description `session_` and a ULID.
             * @example session_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            id: string;
            /**
             * @description `account_` and a ULID.
             * @example account_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            accountId: string;
            /**
             * @description `asset_` and a ULID.
             * @example asset_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            assetId: string;
            /**
             * @description `version_` and a ULID.
             * @example version_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            versionId: string;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            startedAt: string;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            expiresAt: string;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            lastSeenAt: string;
            /** @description Served so far. */
            bytes: number;
        };
        PlaybackSessionList: {
            /** @description Newest first, at most 1000. */
            items: components["schemas"]["PlaybackSession"][];
        };
        OperationsStatus: {
            uptimeSeconds: number;
            queue: {
                /** @description e.g. `version.prepare`. */
                job: string;
                /** @description Jobs that wait. */
                waiting: number;
                /** @description Jobs under way. */
                active: number;
                /** @description Jobs given up. */
                failed: number;
            }[];
            outbox: {
                /** @description Who hears of durable events, and what for. */
                consumer: string;
                /** @description Events that it has still to handle. */
                waiting: number;
                /** @description Events that it could not handle. */
                setAside: number;
            }[];
            /** @description Events that a consumer could not handle, newest first. */
            setAside: {
                eventId: string;
                consumer: string;
                /** @description e.g. `version.ended`. */
                event: string;
                /** @description What it is about. */
                subject: string;
                /** @description Tries so far. */
                attempts: number;
                error: string;
                /**
                 * Format: date-time
                 * @description UTC, ISO 8601.
                 * @example 2026-01-31T12:00:00.000Z
                 */
                recordedAt: string;
            }[];
            storage: {
                freeBytes: number | null;
                /** @description Uploads are refused when they would leave less. */
                minFreeBytes: number;
            };
            /** @description What the answering process found wrong with how it is set up, oldest first. */
            notices: {
                /** @description e.g. `proxy-not-trusted`. */
                code: string;
                /** @description The option to change, e.g. `server.trustProxy`. */
                setting: string;
                /** @description What was seen, and what to do. */
                detail: string;
                /**
                 * Format: date-time
                 * @description UTC, ISO 8601.
                 * @example 2026-01-31T12:00:00.000Z
                 */
                since: string;
            }[];
            /** @description External programs that the answering process runs: none where it does not transcode. */
            tools: {
                name: string;
                version: string;
            }[];
        };
        /** @description A mail that was kept instead of sent. */
        KeptMail: {
            id: string;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            at: string;
            to: string;
            subject: string;
            text: string;
        };
        KeptMails: {
            /** @description Whether mails are sent (`mail.kind`). Then none are kept. */
            areSent: boolean;
            items: components["schemas"]["KeptMail"][];
        };
        /** @description Something that was changed. `actor` is null when no account did it: an operator at the machine, upkeep. */
        AuditRecord: {
            /**
             * @description `audit_` and a ULID.
             * @example audit_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            id: string;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            at: string;
            /** @description What was done, e.g. `account.changed`. */
            event: string;
            /** @description An id of any kind; durable events are numbered. What has no id has a name: `unknown-account`, `access-keys`, `playback-keys`, `secrets-keys`, `audit-log`. */
            subject: string;
            actor: string | null;
            before: {
                [key: string]: string | number | boolean | null;
            } | null;
            after: {
                [key: string]: string | number | boolean | null;
            } | null;
            requestId: string | null;
            address: string | null;
            sequence: number | null;
            hash: string | null;
        };
        AuditPage: {
            items: components["schemas"]["AuditRecord"][];
            nextCursor: string | null;
        };
        AuditChain: {
            /** @description The last record that was chained; 0 and zeros before the first. */
            head: {
                sequence: number;
                hash: string;
            };
            removed: {
                sequence: number;
                hash: string;
            } | null;
            /** @description Records that are not chained yet. */
            waiting: number;
            check: {
                /**
                 * Format: date-time
                 * @description UTC, ISO 8601.
                 * @example 2026-01-31T12:00:00.000Z
                 */
                at: string;
                /** @description How many were looked at. */
                records: number;
                /** @description In how many places the chain is broken; 0: it is whole. */
                breaks: number;
                firstBreak: {
                    /** @enum {unknown} */
                    kind: "missing" | "changed" | "end_missing" | "end_added" | "beginning_unknown";
                    /** @description The number that is missing, or that of the record. */
                    sequence: number;
                    id: string | null;
                } | null;
            } | null;
        };
        /** @description A file with what is known of the account. */
        DataCopy: {
            /**
             * @description `copy_` and a ULID.
             * @example copy_01JZ8Q4M6RXK3V5T9B2C7D1E0F
             */
            id: string;
            /**
             * @description Once it is `ready` it can be downloaded; of one that has `failed` another one can be asked for.
             * @enum {unknown}
             */
            state: "waiting" | "working" | "ready" | "failed";
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            readyAt: string | null;
            /**
             * Format: date-time
             * @description When it is removed.
             * @example 2026-01-31T12:00:00.000Z
             */
            expiresAt: string;
            bytes: number | null;
        };
        DataCopies: {
            /** @description Newest first. */
            items: components["schemas"]["DataCopy"][];
        };
        DataCopyDownload: {
            /** @description A path of this host that a browser can follow. A secret while it is valid. */
            url: string;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             * @example 2026-01-31T12:00:00.000Z
             */
            expiresAt: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getApiDocument: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An OpenAPI 3.1 document. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ann@example.com",
                 *       "password": "correct horse battery",
                 *       "delivery": "body"
                 *     }
                 */
                "application/json": {
                    email: string;
                    password: string;
                    /**
                     * @description Where the refresh token travels: `cookie` for browsers (HttpOnly; needs the header `dramabox-client`), `body` for apps.
                     * @enum {unknown}
                     */
                    delivery: "cookie" | "body";
                };
            };
        };
        responses: {
            /** @description Signed in. */
            200: {
                headers: {
                    /** @description The refresh token, with `delivery: cookie`. */
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    beGuest: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "delivery": "cookie"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description Where the refresh token travels: `cookie` for browsers (HttpOnly; needs the header `dramabox-client`), `body` for apps.
                     * @enum {unknown}
                     */
                    delivery: "cookie" | "body";
                };
            };
        };
        responses: {
            /** @description Signed in. */
            200: {
                headers: {
                    /** @description The refresh token, with `delivery: cookie`. */
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    forgetGuest: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Signed out; everything of it is removed within minutes. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    refreshSignIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "delivery": "cookie"
                 *     }
                 */
                "application/json": {
                    /** @constant */
                    delivery: "cookie";
                } | {
                    /** @constant */
                    delivery: "body";
                    /** @description Works once. */
                    refreshToken: string;
                };
            };
        };
        responses: {
            /** @description Signed in. */
            200: {
                headers: {
                    /** @description The refresh token, with `delivery: cookie`. */
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "delivery": "cookie"
                 *     }
                 */
                "application/json": {
                    /** @constant */
                    delivery: "cookie";
                } | {
                    /** @constant */
                    delivery: "body";
                    /** @description Works once. */
                    refreshToken: string;
                };
            };
        };
        responses: {
            /** @description Signed out, also when that was so before. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeOwnPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "currentPassword": "correct horse battery",
                 *       "newPassword": "staple my new horse"
                 *     }
                 */
                "application/json": {
                    currentPassword?: string;
                    /** @description At least 12 characters, no other rules. */
                    newPassword: string;
                };
            };
        };
        responses: {
            /** @description The new password counts; sign in with it. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signUp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ann@example.com",
                 *       "password": "staple my new horse",
                 *       "language": "en"
                 *     }
                 */
                "application/json": {
                    /** @description Upper and lower case are the same. */
                    email: string;
                    /** @description At least 12 characters, no other rules. */
                    password: string;
                    /** @description BCP 47, for the mail. */
                    language?: string;
                    /** @description What was agreed to, in the version that was shown (`/consents/documents`). */
                    consents?: {
                        /** @enum {unknown} */
                        document: "terms" | "privacy" | "marketing" | "analytics";
                        version: string;
                    }[];
                };
            };
        };
        responses: {
            /** @description A mail is on its way. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Begun"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    completeSignUp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "token": "challenge_01JZ8Q4M6RXK3V5T9B2C7D1E0F.RkFLRS1UT0tFTi1PRi1GT1JUWS1USFJFRS1MRVRURVI",
                 *       "code": "123456",
                 *       "delivery": "cookie"
                 *     }
                 */
                "application/json": {
                    /** @description The `token` that the request which began this was answered with. */
                    token: string;
                    /** @description The six digits of the mail. */
                    code: string;
                    /**
                     * @description Where the refresh token travels: `cookie` for browsers (HttpOnly; needs the header `dramabox-client`), `body` for apps.
                     * @enum {unknown}
                     */
                    delivery: "cookie" | "body";
                } | {
                    /** @description What the link of the mail has behind its `#`. */
                    link: string;
                    /** @description At least 12 characters, no other rules. */
                    password: string;
                    /** @description What was agreed to, in the version that was shown (`/consents/documents`). */
                    consents?: {
                        /** @enum {unknown} */
                        document: "terms" | "privacy" | "marketing" | "analytics";
                        version: string;
                    }[];
                    /**
                     * @description Where the refresh token travels: `cookie` for browsers (HttpOnly; needs the header `dramabox-client`), `body` for apps.
                     * @enum {unknown}
                     */
                    delivery: "cookie" | "body";
                };
            };
        };
        responses: {
            /** @description Signed in. */
            200: {
                headers: {
                    /** @description The refresh token, with `delivery: cookie`. */
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sendSignInCode: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ann@example.com",
                 *       "language": "en"
                 *     }
                 */
                "application/json": {
                    /** @description Upper and lower case are the same. */
                    email: string;
                    /** @description BCP 47, for the mail. */
                    language?: string;
                };
            };
        };
        responses: {
            /** @description A mail is on its way. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Begun"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signInByCode: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "token": "challenge_01JZ8Q4M6RXK3V5T9B2C7D1E0F.RkFLRS1UT0tFTi1PRi1GT1JUWS1USFJFRS1MRVRURVI",
                 *       "code": "123456",
                 *       "delivery": "cookie"
                 *     }
                 */
                "application/json": {
                    /** @description The `token` that the request which began this was answered with. */
                    token: string;
                    /** @description The six digits of the mail. */
                    code: string;
                    /**
                     * @description Where the refresh token travels: `cookie` for browsers (HttpOnly; needs the header `dramabox-client`), `body` for apps.
                     * @enum {unknown}
                     */
                    delivery: "cookie" | "body";
                };
            };
        };
        responses: {
            /** @description Signed in. */
            200: {
                headers: {
                    /** @description The refresh token, with `delivery: cookie`. */
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    beginRecovery: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ann@example.com",
                 *       "language": "en"
                 *     }
                 */
                "application/json": {
                    /** @description Upper and lower case are the same. */
                    email: string;
                    /** @description BCP 47, for the mail. */
                    language?: string;
                };
            };
        };
        responses: {
            /** @description When the address has an account, a mail is on its way. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Begun"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    completeRecovery: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "link": "challenge_01JZ8Q4M6RXK3V5T9B2C7D1E0F.RkFLRS1UT0tFTi1PRi1GT1JUWS1USFJFRS1MRVRURVI",
                 *       "newPassword": "staple my new horse"
                 *     }
                 */
                "application/json": {
                    /** @description The `token` that the request which began this was answered with. */
                    token: string;
                    /** @description The six digits of the mail. */
                    code: string;
                    /** @description At least 12 characters, no other rules. */
                    newPassword: string;
                } | {
                    /** @description What the link of the mail has behind its `#`. */
                    link: string;
                    /** @description At least 12 characters, no other rules. */
                    newPassword: string;
                };
            };
        };
        responses: {
            /** @description The new password counts; sign in with it, and with the second factor if there is one. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sayItWasNotMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "link": "challenge_01JZ8Q4M6RXK3V5T9B2C7D1E0F.RkFLRS1UT0tFTi1PRi1GT1JUWS1USFJFRS1MRVRURVI"
                 *     }
                 */
                "application/json": {
                    /** @description What the link of the mail has behind its `#`. */
                    link: string;
                };
            };
        };
        responses: {
            /** @description The account is locked until a new password is set by the mail. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    beginEmailChange: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ann@example.com",
                 *       "language": "en"
                 *     }
                 */
                "application/json": {
                    /** @description Upper and lower case are the same. */
                    email: string;
                    /** @description BCP 47, for the mail. */
                    language?: string;
                };
            };
        };
        responses: {
            /** @description A mail is on its way to the address. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Begun"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    completeEmailChange: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "token": "challenge_01JZ8Q4M6RXK3V5T9B2C7D1E0F.RkFLRS1UT0tFTi1PRi1GT1JUWS1USFJFRS1MRVRURVI",
                 *       "code": "123456"
                 *     }
                 */
                "application/json": {
                    /** @description The `token` that the request which began this was answered with. */
                    token: string;
                    /** @description The six digits of the mail. */
                    code: string;
                };
            };
        };
        responses: {
            /** @description The address counts. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showSecondFactor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "token": "challenge_01JZ8Q4M6RXK3V5T9B2C7D1E0F.RkFLRS1UT0tFTi1PRi1GT1JUWS1USFJFRS1MRVRURVI",
                 *       "totp": "123456",
                 *       "delivery": "cookie"
                 *     }
                 */
                "application/json": {
                    /** @description The `token` that the request which began this was answered with. */
                    token: string;
                    /** @description The six digits of the mail. */
                    totp: string;
                    /**
                     * @description Where the refresh token travels: `cookie` for browsers (HttpOnly; needs the header `dramabox-client`), `body` for apps.
                     * @enum {unknown}
                     */
                    delivery: "cookie" | "body";
                } | {
                    /** @description The `token` that the request which began this was answered with. */
                    token: string;
                    /** @description With or without its hyphens. */
                    recoveryCode: string;
                    /**
                     * @description Where the refresh token travels: `cookie` for browsers (HttpOnly; needs the header `dramabox-client`), `body` for apps.
                     * @enum {unknown}
                     */
                    delivery: "cookie" | "body";
                } | {
                    /** @description The `token` that the request which began this was answered with. */
                    token: string;
                    /** @description What `navigator.credentials.get` gave, as JSON. */
                    passkey: {
                        id: string;
                        rawId: string;
                        /** @constant */
                        type: "public-key";
                        response: {
                            clientDataJSON: string;
                            authenticatorData: string;
                            signature: string;
                            userHandle?: string;
                        };
                        /** @enum {unknown} */
                        authenticatorAttachment?: "platform" | "cross-platform";
                        clientExtensionResults: Record<string, never>;
                    };
                    /** @description The `token` that the request which began this was answered with. */
                    passkeyToken: string;
                    /**
                     * @description Where the refresh token travels: `cookie` for browsers (HttpOnly; needs the header `dramabox-client`), `body` for apps.
                     * @enum {unknown}
                     */
                    delivery: "cookie" | "body";
                };
            };
        };
        responses: {
            /** @description Signed in. */
            200: {
                headers: {
                    /** @description The refresh token, with `delivery: cookie`. */
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    askPasskeyAsSecondFactor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "token": "challenge_01JZ8Q4M6RXK3V5T9B2C7D1E0F.RkFLRS1UT0tFTi1PRi1GT1JUWS1USFJFRS1MRVRURVI"
                 *     }
                 */
                "application/json": {
                    /** @description The `token` that the request which began this was answered with. */
                    token: string;
                };
            };
        };
        responses: {
            /** @description The question. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasskeyQuestion"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    askPasskeyToSignIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The question. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasskeyQuestion"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signInByPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description What `navigator.credentials.get` gave, as JSON. */
                    passkey: {
                        id: string;
                        rawId: string;
                        /** @constant */
                        type: "public-key";
                        response: {
                            clientDataJSON: string;
                            authenticatorData: string;
                            signature: string;
                            userHandle?: string;
                        };
                        /** @enum {unknown} */
                        authenticatorAttachment?: "platform" | "cross-platform";
                        clientExtensionResults: Record<string, never>;
                    };
                    /** @description The `token` that the request which began this was answered with. */
                    passkeyToken: string;
                    /**
                     * @description Where the refresh token travels: `cookie` for browsers (HttpOnly; needs the header `dramabox-client`), `body` for apps.
                     * @enum {unknown}
                     */
                    delivery: "cookie" | "body";
                };
            };
        };
        responses: {
            /** @description Signed in. */
            200: {
                headers: {
                    /** @description The refresh token, with `delivery: cookie`. */
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWaysIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its ways in. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WaysIn"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    confirmIdentity: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "password": "correct horse battery"
                 *     }
                 */
                "application/json": {
                    password: string;
                } | {
                    /** @description The `token` that the request which began this was answered with. */
                    token: string;
                    /** @description The six digits of the mail. */
                    code: string;
                } | {
                    /** @description The six digits of the mail. */
                    totp: string;
                } | {
                    /** @description With or without its hyphens. */
                    recoveryCode: string;
                } | {
                    /** @description What `navigator.credentials.get` gave, as JSON. */
                    passkey: {
                        id: string;
                        rawId: string;
                        /** @constant */
                        type: "public-key";
                        response: {
                            clientDataJSON: string;
                            authenticatorData: string;
                            signature: string;
                            userHandle?: string;
                        };
                        /** @enum {unknown} */
                        authenticatorAttachment?: "platform" | "cross-platform";
                        clientExtensionResults: Record<string, never>;
                    };
                    /** @description The `token` that the request which began this was answered with. */
                    passkeyToken: string;
                };
            };
        };
        responses: {
            /** @description Proven: send the request again that asked for it. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sendConfirmationCode: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A mail is on its way. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Begun"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    askPasskeyToConfirm: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The question. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasskeyQuestion"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    beginTotp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the app is to be told. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BegunTotp"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeTotp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It counts no more. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    confirmTotp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "code": "123456"
                 *     }
                 */
                "application/json": {
                    /** @description The six digits of the mail. */
                    code: string;
                };
            };
        };
        responses: {
            /** @description It counts. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    renewRecoveryCodes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The codes. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    beginPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The question. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasskeyQuestion"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The `token` that the request which began this was answered with. */
                    token: string;
                    /** @description What `navigator.credentials.create` gave, as JSON. */
                    response: {
                        id: string;
                        rawId: string;
                        /** @constant */
                        type: "public-key";
                        response: {
                            clientDataJSON: string;
                            attestationObject: string;
                            authenticatorData?: string;
                            transports?: string[];
                            publicKeyAlgorithm?: number;
                            publicKey?: string;
                        };
                        /** @enum {unknown} */
                        authenticatorAttachment?: "platform" | "cross-platform";
                        clientExtensionResults: Record<string, never>;
                    };
                    name: string;
                };
            };
        };
        responses: {
            /** @description The passkey. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddedPasskey"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removePasskey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `passkey_` and a ULID.
                 * @example passkey_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It counts no more. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    renamePasskey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `passkey_` and a ULID.
                 * @example passkey_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "My phone"
                 *     }
                 */
                "application/json": {
                    name: string;
                };
            };
        };
        responses: {
            /** @description It has the name. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDevices: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its devices. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeviceList"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signOutDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `family_` and a ULID.
                 * @example family_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Signed out. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signOutOtherDevices: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How many there were. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        signedOut: number;
                    };
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listInvitations: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The invitations that can be accepted. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitationList"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    inviteStaff: {
        parameters: {
            query?: never;
            header?: {
                /** @description Made by the client, new for each thing it wants done; kept for a day. */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ann@example.com",
                 *       "role": "support"
                 *     }
                 */
                "application/json": {
                    /** @description Upper and lower case are the same. */
                    email: string;
                    /** @enum {unknown} */
                    role: "super_admin" | "content_manager" | "support" | "finance";
                    titles?: string[] | null;
                };
            };
        };
        responses: {
            /** @description A mail is on its way. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invitation"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sendInvitationAgain: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `invitation_` and a ULID.
                 * @example invitation_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A mail is on its way. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invitation"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    withdrawInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `invitation_` and a ULID.
                 * @example invitation_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is withdrawn. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    lookAtInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "link": "challenge_01JZ8Q4M6RXK3V5T9B2C7D1E0F.RkFLRS1UT0tFTi1PRi1GT1JUWS1USFJFRS1MRVRURVI"
                 *     }
                 */
                "application/json": {
                    /** @description What the link of the mail has behind its `#`. */
                    link: string;
                };
            };
        };
        responses: {
            /** @description What it is about. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitationFacts"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    acceptInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "link": "challenge_01JZ8Q4M6RXK3V5T9B2C7D1E0F.RkFLRS1UT0tFTi1PRi1GT1JUWS1USFJFRS1MRVRURVI",
                 *       "password": "staple my new horse",
                 *       "delivery": "cookie"
                 *     }
                 */
                "application/json": {
                    /** @description What the link of the mail has behind its `#`. */
                    link: string;
                    /** @description At least 12 characters, no other rules. */
                    password: string;
                    /**
                     * @description Where the refresh token travels: `cookie` for browsers (HttpOnly; needs the header `dramabox-client`), `body` for apps.
                     * @enum {unknown}
                     */
                    delivery: "cookie" | "body";
                };
            };
        };
        responses: {
            /** @description Signed in. */
            200: {
                headers: {
                    /** @description The refresh token, with `delivery: cookie`. */
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    acceptInvitationAsOwner: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "link": "challenge_01JZ8Q4M6RXK3V5T9B2C7D1E0F.RkFLRS1UT0tFTi1PRi1GT1JUWS1USFJFRS1MRVRURVI"
                 *     }
                 */
                "application/json": {
                    /** @description What the link of the mail has behind its `#`. */
                    link: string;
                };
            };
        };
        responses: {
            /** @description The account has the role, at once. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSignInProviders: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Those that are on. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignInProviders"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    beginProviderSignIn: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                provider: "google" | "apple" | "facebook";
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "language": "en"
                 *     }
                 */
                "application/json": {
                    /** @description BCP 47, for the mail. */
                    language?: string;
                };
            };
        };
        responses: {
            /** @description What to do next. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BegunVisit"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    finishProviderSignIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "token": "challenge_01JZ8Q4M6RXK3V5T9B2C7D1E0F.RkFLRS1UT0tFTi1PRi1GT1JUWS1USFJFRS1MRVRURVI",
                 *       "delivery": "cookie"
                 *     }
                 */
                "application/json": {
                    /** @description The `token` that the request which began this was answered with. */
                    token: string;
                    /**
                     * @description Where the refresh token travels: `cookie` for browsers (HttpOnly; needs the header `dramabox-client`), `body` for apps.
                     * @enum {unknown}
                     */
                    delivery: "cookie" | "body";
                };
            };
        };
        responses: {
            /** @description Signed in. */
            200: {
                headers: {
                    /** @description The refresh token, with `delivery: cookie`. */
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    finishProviderSignInByToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                provider: "google" | "apple" | "facebook";
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "token": "challenge_01JZ8Q4M6RXK3V5T9B2C7D1E0F.RkFLRS1UT0tFTi1PRi1GT1JUWS1USFJFRS1MRVRURVI",
                 *       "idToken": "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
                 *       "delivery": "body"
                 *     }
                 */
                "application/json": {
                    /** @description The `token` that the request which began this was answered with. */
                    token: string;
                    idToken?: string;
                    accessToken?: string;
                    authorizationCode?: string;
                    /**
                     * @description Where the refresh token travels: `cookie` for browsers (HttpOnly; needs the header `dramabox-client`), `body` for apps.
                     * @enum {unknown}
                     */
                    delivery: "cookie" | "body";
                };
            };
        };
        responses: {
            /** @description Signed in. */
            200: {
                headers: {
                    /** @description The refresh token, with `delivery: cookie`. */
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signInByFirebase: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "idToken": "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
                 *       "delivery": "body"
                 *     }
                 */
                "application/json": {
                    idToken: string;
                    /** @description BCP 47, for the mail. */
                    language?: string;
                    /**
                     * @description Where the refresh token travels: `cookie` for browsers (HttpOnly; needs the header `dramabox-client`), `body` for apps.
                     * @enum {unknown}
                     */
                    delivery: "cookie" | "body";
                };
            };
        };
        responses: {
            /** @description Signed in. */
            200: {
                headers: {
                    /** @description The refresh token, with `delivery: cookie`. */
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listIdentities: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description They. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LinkedIdentities"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    linkIdentity: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "token": "challenge_01JZ8Q4M6RXK3V5T9B2C7D1E0F.RkFLRS1UT0tFTi1PRi1GT1JUWS1USFJFRS1MRVRURVI"
                 *     }
                 */
                "application/json": {
                    /** @description The `token` that the request which began this was answered with. */
                    token: string;
                };
            };
        };
        responses: {
            /** @description It is linked. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LinkedIdentity"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    beginLinking: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                provider: "google" | "apple" | "facebook";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What to do next. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BegunVisit"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    linkIdentityByToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                provider: "google" | "apple" | "facebook";
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "token": "challenge_01JZ8Q4M6RXK3V5T9B2C7D1E0F.RkFLRS1UT0tFTi1PRi1GT1JUWS1USFJFRS1MRVRURVI",
                 *       "idToken": "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
                 *     }
                 */
                "application/json": {
                    /** @description The `token` that the request which began this was answered with. */
                    token: string;
                    idToken?: string;
                    accessToken?: string;
                    authorizationCode?: string;
                };
            };
        };
        responses: {
            /** @description It is linked. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LinkedIdentity"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    linkIdentityByFirebase: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "idToken": "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
                 *     }
                 */
                "application/json": {
                    idToken: string;
                };
            };
        };
        responses: {
            /** @description It is linked. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LinkedIdentity"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unlinkIdentity: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `identity_` and a ULID.
                 * @example identity_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It signs in no more. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getProviderDeletion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How far it is. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderDeletion"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOwnAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account, and what it may do. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnAccount"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAccounts: {
        parameters: {
            query?: {
                /**
                 * @description Only accounts whose address begins with this text, or whose id it is. Small and capital letters are the same; no character stands for others.
                 * @example ann@
                 */
                search?: string;
                /** @description Only accounts of this role; `staff`: of any role of those who work for the service. */
                role?: "super_admin" | "content_manager" | "support" | "finance" | "viewer" | "guest" | "staff";
                /** @description `disabled` by staff; `locked` by its owner, until a new password is set by mail. */
                status?: "active" | "disabled" | "locked";
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Default 50. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of accounts. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountPage"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createAccount: {
        parameters: {
            query?: never;
            header?: {
                /** @description Made by the client, new for each thing it wants done; kept for a day. */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ann@example.com",
                 *       "password": "correct horse battery"
                 *     }
                 */
                "application/json": {
                    /** @description Upper and lower case are the same. */
                    email: string;
                    /** @description At least 12 characters, no other rules. */
                    password: string;
                };
            };
        };
        responses: {
            /** @description The new account. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `account_` and a ULID.
                 * @example account_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountDetails"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `account_` and a ULID.
                 * @example account_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "role": "content_manager"
                 *     }
                 */
                "application/json": {
                    /** @enum {unknown} */
                    role?: "super_admin" | "content_manager" | "support" | "finance" | "viewer";
                    /** @enum {unknown} */
                    status?: "active" | "disabled";
                };
            };
        };
        responses: {
            /** @description The account as it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getStaffScope: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `account_` and a ULID.
                 * @example account_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What they work on now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StaffScope"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putStaffScope: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `account_` and a ULID.
                 * @example account_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    titles: string[] | null;
                };
            };
        };
        responses: {
            /** @description What they work on now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StaffScope"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    disableAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `account_` and a ULID.
                 * @example account_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "Asked for it by phone; was called back."
                 *     }
                 */
                "application/json": {
                    /** @description Why, for the audit log. */
                    reason: string;
                };
            };
        };
        responses: {
            /** @description The account as it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    enableAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `account_` and a ULID.
                 * @example account_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "Asked for it by phone; was called back."
                 *     }
                 */
                "application/json": {
                    /** @description Why, for the audit log. */
                    reason: string;
                };
            };
        };
        responses: {
            /** @description The account as it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signOutAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `account_` and a ULID.
                 * @example account_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "Asked for it by phone; was called back."
                 *     }
                 */
                "application/json": {
                    /** @description Why, for the audit log. */
                    reason: string;
                };
            };
        };
        responses: {
            /** @description It is signed out everywhere. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resetSecondFactor: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `account_` and a ULID.
                 * @example account_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "Asked for it by phone; was called back."
                 *     }
                 */
                "application/json": {
                    /** @description Why, for the audit log. */
                    reason: string;
                };
            };
        };
        responses: {
            /** @description It signs in without a second factor now. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listProfiles: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them: there is at least one. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProfileList"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createProfile: {
        parameters: {
            query?: never;
            header?: {
                /** @description Made by the client, new for each thing it wants done; kept for a day. */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Mia",
                 *       "avatar": {
                 *         "picture": "koala",
                 *         "colour": "teal"
                 *       },
                 *       "isKids": true,
                 *       "maturityLimit": 6
                 *     }
                 */
                "application/json": {
                    /** @description Shown as plain text, on one line; control characters become spaces. */
                    name: string;
                    /** @description A picture that apps ship, and the colour behind it. */
                    avatar: {
                        /** @enum {unknown} */
                        picture: "astronaut" | "balloon" | "bear" | "cactus" | "cat" | "cloud" | "comet" | "crown" | "dog" | "fox" | "guitar" | "koala" | "lantern" | "lion" | "monkey" | "mountain" | "owl" | "panda" | "penguin" | "rabbit" | "robot" | "rocket" | "sailboat" | "tiger";
                        /** @enum {unknown} */
                        colour: "amber" | "blue" | "coral" | "green" | "indigo" | "lime" | "pink" | "purple" | "red" | "slate" | "teal" | "yellow";
                    };
                    language?: string | null;
                    /** @description A kids' profile has a maturity limit of at most 12, and manages neither profiles nor the account. */
                    isKids?: boolean;
                    maturityLimit?: (0 | 6 | 12 | 16 | 18) | null;
                    preferences?: {
                        /** @description Begin the next episode by itself. */
                        autoplayNext?: boolean;
                        /** @description Play previews in lists. */
                        autoplayPreviews?: boolean;
                        audioLanguage?: string | null;
                        subtitleLanguage?: string | null;
                        topRungOnMobile?: (240 | 360 | 480 | 720 | 1080 | 1440 | 2160) | null;
                        reducedMotion?: boolean | null;
                        subtitleStyle?: {
                            /** @enum {unknown} */
                            size?: "small" | "medium" | "large" | "huge";
                            /** @enum {unknown} */
                            colour?: "white" | "yellow" | "green" | "cyan" | "black";
                            /** @enum {unknown} */
                            background?: "none" | "translucent" | "solid";
                            /** @enum {unknown} */
                            edge?: "none" | "outline" | "shadow";
                        };
                    };
                };
            };
        };
        responses: {
            /** @description The new profile. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Profile"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteProfile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `profile_` and a ULID.
                 * @example profile_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeProfile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `profile_` and a ULID.
                 * @example profile_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Mia",
                 *       "preferences": {
                 *         "subtitleLanguage": "de",
                 *         "subtitleStyle": {
                 *           "size": "large"
                 *         }
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description Shown as plain text, on one line; control characters become spaces. */
                    name?: string;
                    /** @description A picture that apps ship, and the colour behind it. */
                    avatar?: {
                        /** @enum {unknown} */
                        picture: "astronaut" | "balloon" | "bear" | "cactus" | "cat" | "cloud" | "comet" | "crown" | "dog" | "fox" | "guitar" | "koala" | "lantern" | "lion" | "monkey" | "mountain" | "owl" | "panda" | "penguin" | "rabbit" | "robot" | "rocket" | "sailboat" | "tiger";
                        /** @enum {unknown} */
                        colour: "amber" | "blue" | "coral" | "green" | "indigo" | "lime" | "pink" | "purple" | "red" | "slate" | "teal" | "yellow";
                    };
                    language?: string | null;
                    preferences?: {
                        /** @description Begin the next episode by itself. */
                        autoplayNext?: boolean;
                        /** @description Play previews in lists. */
                        autoplayPreviews?: boolean;
                        audioLanguage?: string | null;
                        subtitleLanguage?: string | null;
                        topRungOnMobile?: (240 | 360 | 480 | 720 | 1080 | 1440 | 2160) | null;
                        reducedMotion?: boolean | null;
                        subtitleStyle?: {
                            /** @enum {unknown} */
                            size?: "small" | "medium" | "large" | "huge";
                            /** @enum {unknown} */
                            colour?: "white" | "yellow" | "green" | "cyan" | "black";
                            /** @enum {unknown} */
                            background?: "none" | "translucent" | "solid";
                            /** @enum {unknown} */
                            edge?: "none" | "outline" | "shadow";
                        };
                    };
                };
            };
        };
        responses: {
            /** @description The profile as it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Profile"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    restrictProfile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `profile_` and a ULID.
                 * @example profile_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "isKids": true,
                 *       "maturityLimit": 6
                 *     }
                 */
                "application/json": {
                    /** @description A kids' profile has a maturity limit of at most 12, and manages neither profiles nor the account. */
                    isKids: boolean;
                    maturityLimit: (0 | 6 | 12 | 16 | 18) | null;
                };
            };
        };
        responses: {
            /** @description The profile as it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Profile"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getProfileSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The settings. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProfileSettings"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeProfileSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "requirePinToLeaveKids": true
                 *     }
                 */
                "application/json": {
                    /** @description Whether the way from a kids' profile to one without a PIN asks for the PIN of the main profile, which must have one. */
                    requirePinToLeaveKids: boolean;
                };
            };
        };
        responses: {
            /** @description The settings as they are now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProfileSettings"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getCurrentProfile: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The profile, if there is one. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CurrentProfile"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    chooseProfile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `profile_` and a ULID.
                 * @example profile_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "pin": "2580"
                 *     }
                 */
                "application/json": {
                    /** @description Four to six digits. */
                    pin?: string;
                };
            };
        };
        responses: {
            /** @description The profile that is chosen now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CurrentProfile"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setProfilePin: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `profile_` and a ULID.
                 * @example profile_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "pin": "2580"
                 *     }
                 */
                "application/json": {
                    /** @description Four to six digits. */
                    pin: string;
                    /** @description The one that it has now. */
                    currentPin?: string;
                };
            };
        };
        responses: {
            /** @description The profile as it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Profile"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeProfilePin: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `profile_` and a ULID.
                 * @example profile_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It has no PIN. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAskedDocuments: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The documents, in the order in which to ask. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AskedDocuments"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getConsents: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Each document, and the last decisions. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Consents"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    decideConsent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `terms` of use, `privacy` policy, mails with offers (`marketing`), measuring how people use the service (`analytics`). */
                document: "terms" | "privacy" | "marketing" | "analytics";
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "version": "2026-11-30",
                 *       "given": true,
                 *       "language": "de"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description The version that was shown: the one in force.
                     * @example 2026-11-30
                     */
                    version: string;
                    /** @description Given, or else withdrawn or refused. */
                    given: boolean;
                    /**
                     * @description In which it was shown. Default: what `Accept-Language` likes best.
                     * @example pt-BR
                     */
                    language?: string;
                };
            };
        };
        responses: {
            /** @description The document, and what is decided now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Consent"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getUploadQuota: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Used and allowed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadQuota"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getUploadUsage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accounts, those that store most first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadUsage"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listUploads: {
        parameters: {
            query?: {
                /** @description Everybody's, for super admins. */
                everybody?: boolean;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Default 50. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of unfinished uploads. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadPage"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createUpload: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description Version of tus.
                 * @example 1.0.0
                 */
                "Tus-Resumable": "1.0.0";
                /**
                 * @description Size of the whole file, in bytes. It cannot be deferred.
                 * @example 1048576
                 */
                "Upload-Length": number;
                /**
                 * @description Pairs of a key and a value in base64, separated by commas: `filename` and `filetype`. `titleId` names the title whose video it is to become once it is here; one that has a video is refused (409 `has_video`) unless `replace` is `true`.
                 * @example filename ZXBpc29kZS0xLm1wNA==,filetype dmlkZW8vbXA0
                 */
                "Upload-Metadata"?: string;
                /**
                 * @description Algorithm and digest in base64 of the body. Nothing of it is kept when it does not match.
                 * @example sha256 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
                 */
                "Upload-Checksum"?: string;
                /** @description Made by the client, new for each upload. Repeated with it, when the answer was lost, the same upload is named again; `HEAD` says where it continues. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/offset+octet-stream": string;
            };
        };
        responses: {
            /** @description The upload was begun. */
            201: {
                headers: {
                    /** @description Version of tus. */
                    "Tus-Resumable"?: "1.0.0";
                    /** @description Where the bytes go. */
                    Location?: string;
                    /** @description How much has arrived, in bytes. */
                    "Upload-Offset"?: number;
                    /** @description When an unfinished upload is given up (HTTP date); sent until it is finished. */
                    "Upload-Expires"?: string;
                    /** @description The asset that the upload became; sent once all bytes are here. */
                    "Dramabox-Asset"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    describeTus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What this server speaks of tus. */
            204: {
                headers: {
                    /** @description Version of tus. */
                    "Tus-Resumable"?: "1.0.0";
                    /** @description Version of tus. */
                    "Tus-Version"?: "1.0.0";
                    "Tus-Extension"?: string;
                    /** @description Largest file, in bytes. */
                    "Tus-Max-Size"?: number;
                    "Tus-Checksum-Algorithm"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    giveUploadUp: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description Version of tus.
                 * @example 1.0.0
                 */
                "Tus-Resumable": "1.0.0";
            };
            path: {
                /** @description Id of the upload, from `Location`. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its bytes are gone. */
            204: {
                headers: {
                    /** @description Version of tus. */
                    "Tus-Resumable"?: "1.0.0";
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    describeTusOfUpload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the upload, from `Location`. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What this server speaks of tus. */
            204: {
                headers: {
                    /** @description Version of tus. */
                    "Tus-Resumable"?: "1.0.0";
                    /** @description Version of tus. */
                    "Tus-Version"?: "1.0.0";
                    "Tus-Extension"?: string;
                    /** @description Largest file, in bytes. */
                    "Tus-Max-Size"?: number;
                    "Tus-Checksum-Algorithm"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "getUploadOffset-head": {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description Version of tus.
                 * @example 1.0.0
                 */
                "Tus-Resumable": "1.0.0";
            };
            path: {
                /** @description Id of the upload, from `Location`. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How much has arrived. */
            200: {
                headers: {
                    /** @description Version of tus. */
                    "Tus-Resumable"?: "1.0.0";
                    /** @description Size of the whole file, in bytes. */
                    "Upload-Length"?: number;
                    /** @description How much has arrived, in bytes. */
                    "Upload-Offset"?: number;
                    /** @description When an unfinished upload is given up (HTTP date); sent until it is finished. */
                    "Upload-Expires"?: string;
                    /** @description The asset that the upload became; sent once all bytes are here. */
                    "Dramabox-Asset"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    continueUpload: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description Version of tus.
                 * @example 1.0.0
                 */
                "Tus-Resumable": "1.0.0";
                /**
                 * @description What the server has, in bytes: where the body continues.
                 * @example 1048576
                 */
                "Upload-Offset": number;
                /**
                 * @description Algorithm and digest in base64 of the body. Nothing of it is kept when it does not match.
                 * @example sha256 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
                 */
                "Upload-Checksum"?: string;
            };
            path: {
                /** @description Id of the upload, from `Location`. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/offset+octet-stream": string;
            };
        };
        responses: {
            /** @description The bytes are kept. */
            204: {
                headers: {
                    /** @description Version of tus. */
                    "Tus-Resumable"?: "1.0.0";
                    /** @description How much has arrived, in bytes. */
                    "Upload-Offset"?: number;
                    /** @description When an unfinished upload is given up (HTTP date); sent until it is finished. */
                    "Upload-Expires"?: string;
                    /** @description The asset that the upload became; sent once all bytes are here. */
                    "Dramabox-Asset"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAssets: {
        parameters: {
            query?: {
                /**
                 * @description Only assets whose title contains this text, or whose id begins with it. Small and capital letters are the same, and so are Latin letters with and without accents; no character stands for others.
                 * @example episode 1
                 */
                search?: string;
                /** @description Only assets in this state. */
                state?: "processing" | "playable" | "ready" | "failed" | "cancelled";
                /** @description Only assets of the account that asks. */
                mine?: boolean;
                /** @description Only assets that have `warnings`. */
                hasWarnings?: boolean;
                /** @description Default `added`. Numbers in titles are compared by their value; a duration that is not known yet is 0; states are in the order of their names. */
                sort?: "added" | "title" | "duration" | "size" | "state";
                /** @description Default `asc` for `title` and `state`, else `desc`: newest, longest, largest first. */
                order?: "asc" | "desc";
                /** @description `nextCursor` of the page before, with the same query otherwise. An asset that changes its place meanwhile may come twice or not at all; all others come once. */
                cursor?: string;
                /** @description Default 50. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of assets. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssetPage"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    streamAssetEvents: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A stream that does not end by itself. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAsset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `asset_` and a ULID.
                 * @example asset_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The asset as it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Asset"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteAsset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `asset_` and a ULID.
                 * @example asset_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    renameAsset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `asset_` and a ULID.
                 * @example asset_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Shown as plain text, on one line; control characters become spaces. */
                    title: string;
                };
            };
        };
        responses: {
            /** @description The asset as it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Asset"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getStill: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `asset_` and a ULID.
                 * @example asset_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
                /**
                 * @description `version_` and a ULID.
                 * @example version_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                versionId: string;
                /** @description `chunk` of the picture. */
                chunk: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It never changes. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": string;
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retryAsset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `asset_` and a ULID.
                 * @example asset_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The asset as it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Asset"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reencodeAsset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `asset_` and a ULID.
                 * @example asset_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The asset as it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Asset"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelAsset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `asset_` and a ULID.
                 * @example asset_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The asset as it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Asset"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteAssets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    ids: string[];
                };
            };
        };
        responses: {
            /** @description What came of it for each asset. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResults"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reencodeAssets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    ids: string[];
                };
            };
        };
        responses: {
            /** @description What came of it for each asset. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResults"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelAssets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    ids: string[];
                };
            };
        };
        responses: {
            /** @description What came of it for each asset. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResults"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putCataloguePictures: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "titles": [
                 *         {
                 *           "titleId": "title_01JZ8Q4M6RXK3V5T9B2C7D1E0F",
                 *           "revision": 3,
                 *           "pictures": [
                 *             {
                 *               "kind": "poster",
                 *               "language": null,
                 *               "id": "0123456789012345678901234567890123456789"
                 *             }
                 *           ]
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": {
                    /** @description Each has these instead of those that it had; without any it has none. */
                    titles?: {
                        /**
                         * @description `title_` and a ULID.
                         * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                         */
                        titleId: string;
                        /** @description That of the title or person as it was looked at. */
                        revision: number;
                        pictures: {
                            /** @enum {unknown} */
                            kind: "poster" | "cover" | "banner";
                            language?: string | null;
                            /** @description A picture, by its content. */
                            id: string;
                        }[];
                    }[];
                    people?: {
                        /**
                         * @description `person_` and a ULID.
                         * @example person_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                         */
                        personId: string;
                        /** @description That of the title or person as it was looked at. */
                        revision: number;
                        portrait: string | null;
                    }[];
                    /** @description Publishes these titles in the same moment. Needs the permission `titles.publish`. */
                    publish?: boolean;
                };
            };
        };
        responses: {
            /** @description They have them now. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    uploadCataloguePicture: {
        parameters: {
            query: {
                /** @description poster 2:3, cover 9:16, banner 16:9, portrait 1:1 (of people). */
                kind: "poster" | "cover" | "banner" | "portrait";
                /**
                 * @description `left,top,width,height`. Of a picture that has another shape: the part that is shown, in pixels of the picture as it is seen, or the point around which as much is shown as there is.
                 * @example 120,0,800,1200
                 */
                crop?: string;
                /**
                 * @description `x,y`, from `0,0` (top left) to `1,1`.
                 * @example 0.5,0.33
                 */
                focus?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description The picture, to be given to titles or people. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadePicture"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    makeCataloguePictureFromFrame: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "kind": "poster",
                 *       "stillVersionId": "version_01JZ8Q4M6RXK3V5T9B2C7D1E0F",
                 *       "chunk": 12,
                 *       "focus": {
                 *         "x": 0.3,
                 *         "y": 0.5
                 *       }
                 *     }
                 */
                "application/json": {
                    /**
                     * @description poster 2:3, cover 9:16, banner 16:9, portrait 1:1 (of people).
                     * @enum {unknown}
                     */
                    kind: "poster" | "cover" | "banner" | "portrait";
                    /**
                     * @description `version_` and a ULID.
                     * @example version_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                     */
                    stillVersionId: string;
                    chunk: number;
                    /** @description Of a picture that has another shape: the part that is shown, in pixels of the picture as it is seen, or the point around which as much is shown as there is. */
                    crop?: {
                        left: number;
                        top: number;
                        width: number;
                        height: number;
                    };
                    /** @description From 0, 0 (top left) to 1, 1. Default: the middle. */
                    focus?: {
                        x: number;
                        y: number;
                    };
                };
            };
        };
        responses: {
            /** @description The picture, to be given to titles or people. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadePicture"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getCatalogueTitlePictures: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `title_` and a ULID.
                 * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TitlePictures"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listCatalogueTitleFrames: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `title_` and a ULID.
                 * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Frames, the best ones. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PictureFrames"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listCatalogueTitles: {
        parameters: {
            query?: {
                /** @description What it is. */
                kind?: "series" | "movie" | "season" | "episode" | "trailer" | "extra";
                /** @description Series and movies, or what is a part of one. */
                isRoot?: boolean;
                /**
                 * @description The title that has this video.
                 * @example asset_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                assetId?: string;
                /** @description How far staff are with it. */
                state?: "draft" | "in_review" | "approved" | "published";
                /**
                 * @description `title_` and a ULID.
                 * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                parentId?: string;
                /**
                 * @description `title_` and a ULID.
                 * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                rootId?: string;
                /** @description Those that wait to be removed, instead of the others. */
                deleted?: boolean;
                /** @description A text anywhere in the name, in any language. */
                search?: string;
                /**
                 * @description Only those with a text in this language.
                 * @example pt-BR
                 */
                language?: string;
                /**
                 * @description Only those of this category, tag or person.
                 * @example category_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                term?: string;
                /** @description Only those where this is missing: a picture of their own or of what they are a part of; a video or subtitles of themselves or of anything that is a part of them. */
                missing?: "picture" | "video" | "subtitles";
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Default 50. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of titles. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TitlePage"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createCatalogueTitle: {
        parameters: {
            query?: never;
            header?: {
                /** @description Made by the client, new for each thing it wants done; kept for a day. */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "kind": "series",
                 *       "originalLanguage": "ko",
                 *       "text": {
                 *         "name": "The Last Tide"
                 *       },
                 *       "maturity": 12
                 *     }
                 */
                "application/json": {
                    /**
                     * @description What it is.
                     * @enum {unknown}
                     */
                    kind: "series" | "movie" | "season" | "episode" | "trailer" | "extra";
                    /**
                     * @description The season of an episode, the series of a season, the series or movie of a trailer or extra.
                     * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                     */
                    parentId?: string;
                    /** @description Default: behind the last one. */
                    number?: number;
                    /**
                     * @description A language tag (BCP 47).
                     * @example pt-BR
                     */
                    originalLanguage: string;
                    text: {
                        name: string;
                        tagline?: string | null;
                        synopsis?: string | null;
                    };
                    /**
                     * @description Its address: small letters and digits of any script, with hyphens between them. Those it had lead to it.
                     * @example the-last-tide
                     */
                    slug?: string;
                    maturity?: (0 | 6 | 12 | 16 | 18) | null;
                    year?: number | null;
                    topRung?: number | null;
                    freeEpisodes?: number | null;
                    qualityPreset?: ("ultrafast" | "superfast" | "veryfast" | "faster" | "fast" | "medium" | "slow" | "slower" | "veryslow") | null;
                    ladder?: string | null;
                    priceClass?: string | null;
                    /**
                     * @description `asset_` and a ULID.
                     * @example asset_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                     */
                    assetId?: string;
                };
            };
        };
        responses: {
            /** @description The new title. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Title"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getCatalogueTitle: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `title_` and a ULID.
                 * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The title. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Title"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteCatalogueTitle: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `title_` and a ULID.
                 * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeCatalogueTitle: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `title_` and a ULID.
                 * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "revision": 3,
                 *       "texts": {
                 *         "de": {
                 *           "name": "Die letzte Flut"
                 *         }
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description Counts the changes of the title. In a request: the one that was looked at; another one is refused. */
                    revision: number;
                    number?: number;
                    /**
                     * @description A language tag (BCP 47).
                     * @example pt-BR
                     */
                    originalLanguage?: string;
                    /** @description By language. Those that are not named stay; null removes one. */
                    texts?: {
                        [key: string]: {
                            name: string;
                            tagline?: string | null;
                            synopsis?: string | null;
                        } | null;
                    };
                    /**
                     * @description Its address: small letters and digits of any script, with hyphens between them. Those it had lead to it.
                     * @example the-last-tide
                     */
                    slug?: string;
                    maturity?: (0 | 6 | 12 | 16 | 18) | null;
                    year?: number | null;
                    topRung?: number | null;
                    freeEpisodes?: number | null;
                    qualityPreset?: ("ultrafast" | "superfast" | "veryfast" | "faster" | "fast" | "medium" | "slow" | "slower" | "veryslow") | null;
                    ladder?: string | null;
                    priceClass?: string | null;
                    /** @description Those that are not named stay; null removes one. */
                    markers?: {
                        intro?: {
                            /** @description Where it begins, in milliseconds from the beginning of the video. */
                            startMs: number;
                            /** @description Where it is over; behind the beginning. */
                            endMs: number;
                        } | null;
                        recap?: {
                            /** @description Where it begins, in milliseconds from the beginning of the video. */
                            startMs: number;
                            /** @description Where it is over; behind the beginning. */
                            endMs: number;
                        } | null;
                        credits?: {
                            /** @description Where it begins, in milliseconds from the beginning of the video. */
                            startMs: number;
                            /** @description Where it is over; behind the beginning. */
                            endMs: number;
                        } | null;
                    };
                    assetId?: string | null;
                };
            };
        };
        responses: {
            /** @description The title as it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Title"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putCatalogueReleases: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `title_` and a ULID.
                 * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "revision": 3,
                 *       "releases": [
                 *         {
                 *           "region": "*",
                 *           "opensAt": "2026-12-24T09:00:00.000Z",
                 *           "closesAt": null,
                 *           "timeZone": "Asia/Seoul"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": {
                    /** @description Counts the changes of the title. In a request: the one that was looked at; another one is refused. */
                    revision: number;
                    releases: {
                        /**
                         * @description ISO 3166-1 alpha-2, or `*`: every region without a release of its own.
                         * @example KR
                         */
                        region: string;
                        /**
                         * Format: date-time
                         * @description UTC, ISO 8601.
                         * @example 2026-01-31T12:00:00.000Z
                         */
                        opensAt: string;
                        closesAt: string | null;
                        /**
                         * @description IANA name of the time zone in which these times are thought of.
                         * @example Asia/Seoul
                         */
                        timeZone: string;
                    }[];
                };
            };
        };
        responses: {
            /** @description The title as it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Title"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stepCatalogueTitles: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "step": "publish",
                 *       "titles": [
                 *         "title_01JZ8Q4M6RXK3V5T9B2C7D1E0F"
                 *       ]
                 *     }
                 */
                "application/json": {
                    /** @enum {unknown} */
                    step: "submit" | "reject" | "approve" | "reopen" | "publish" | "withdraw";
                    /** @description All of them or, when one is refused, none. */
                    titles: string[];
                };
            };
        };
        responses: {
            /** @description Done, for all of them. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    orderCatalogueTitles: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `title_` and a ULID.
                 * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description What it is.
                     * @enum {unknown}
                     */
                    kind: "series" | "movie" | "season" | "episode" | "trailer" | "extra";
                    /** @description All of this kind in the parent, in their new order. */
                    titles: string[];
                };
            };
        };
        responses: {
            /** @description They have the numbers of their places now. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    restoreCatalogueTitle: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `title_` and a ULID.
                 * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The title as it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Title"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getStreamingChoices: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The names. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StreamingChoices"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getCatalogueFeatured: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Their ids, in order. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Series and movies, in the order in which they come. */
                        titles: string[];
                    };
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putCatalogueFeatured: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Series and movies, in the order in which they come. */
                    titles: string[];
                };
            };
        };
        responses: {
            /** @description They come first now. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    previewCatalogueEdit: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "titles": [
                 *         "title_01JZ8Q4M6RXK3V5T9B2C7D1E0F"
                 *       ],
                 *       "changes": {
                 *         "releases": {
                 *           "cadence": {
                 *             "region": "*",
                 *             "first": "2026-12-24T18:00",
                 *             "timeZone": "Asia/Seoul"
                 *           }
                 *         }
                 *       }
                 *     }
                 */
                "application/json": {
                    titles: string[];
                    changes: {
                        maturity?: (0 | 6 | 12 | 16 | 18) | null;
                        year?: number | null;
                        topRung?: number | null;
                        freeEpisodes?: number | null;
                        qualityPreset?: ("ultrafast" | "superfast" | "veryfast" | "faster" | "fast" | "medium" | "slow" | "slower" | "veryslow") | null;
                        ladder?: string | null;
                        priceClass?: string | null;
                        /** @description Those that are not named stay; null removes one. */
                        markers?: {
                            intro?: {
                                /** @description Where it begins, in milliseconds from the beginning of the video. */
                                startMs: number;
                                /** @description Where it is over; behind the beginning. */
                                endMs: number;
                            } | null;
                            recap?: {
                                /** @description Where it begins, in milliseconds from the beginning of the video. */
                                startMs: number;
                                /** @description Where it is over; behind the beginning. */
                                endMs: number;
                            } | null;
                            credits?: {
                                /** @description Where it begins, in milliseconds from the beginning of the video. */
                                startMs: number;
                                /** @description Where it is over; behind the beginning. */
                                endMs: number;
                            } | null;
                        };
                        /** @description By language. What is not named stays; null removes a language. */
                        texts?: {
                            [key: string]: {
                                /**
                                 * @description `{name}` stands for the present name, `{number}`, `{season}` and `{series}` for number, season and name of the series.
                                 * @example Episode {number}: {name}
                                 */
                                name?: string;
                                tagline?: string | null;
                                synopsis?: string | null;
                            } | null;
                        };
                        /** @description In one of these ways. */
                        releases?: {
                            /** @description The same for all, instead of those they have. */
                            put?: {
                                /**
                                 * @description ISO 3166-1 alpha-2, or `*`: every region without a release of its own.
                                 * @example KR
                                 */
                                region: string;
                                /**
                                 * Format: date-time
                                 * @description UTC, ISO 8601.
                                 * @example 2026-01-31T12:00:00.000Z
                                 */
                                opensAt: string;
                                closesAt: string | null;
                                /**
                                 * @description IANA name of the time zone in which these times are thought of.
                                 * @example Asia/Seoul
                                 */
                                timeZone: string;
                            }[];
                            /** @description Puts off those they have. */
                            shift?: {
                                /** @description By the calendar. */
                                days?: number;
                                minutes?: number;
                            };
                            /** @description One after the other in a region, in the order in which the titles are named. Ends stay. */
                            cadence?: {
                                /**
                                 * @description ISO 3166-1 alpha-2, or `*`: every region without a release of its own.
                                 * @example KR
                                 */
                                region: string;
                                /**
                                 * @description Local date and time of the first one.
                                 * @example 2026-12-24T18:00
                                 */
                                first: string;
                                /**
                                 * @description IANA name of the time zone in which these times are thought of.
                                 * @example Asia/Seoul
                                 */
                                timeZone: string;
                                /** @description Default 1. */
                                everyDays?: number;
                                /** @description One on each of these, 1 (Monday) to 7, instead of every so many days. */
                                weekdays?: number[];
                                /** @description How many come at the same time. Default 1. */
                                together?: number;
                            };
                        };
                    };
                };
            };
        };
        responses: {
            /** @description Each title, before and after. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EditPreview"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    editCatalogueTitles: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "titles": [
                 *         {
                 *           "id": "title_01JZ8Q4M6RXK3V5T9B2C7D1E0F",
                 *           "revision": 3
                 *         }
                 *       ],
                 *       "changes": {
                 *         "releases": {
                 *           "cadence": {
                 *             "region": "*",
                 *             "first": "2026-12-24T18:00",
                 *             "timeZone": "Asia/Seoul"
                 *           }
                 *         }
                 *       }
                 *     }
                 */
                "application/json": {
                    titles: {
                        /**
                         * @description `title_` and a ULID.
                         * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                         */
                        id: string;
                        /** @description The one that the preview answered. */
                        revision: number;
                    }[];
                    changes: {
                        maturity?: (0 | 6 | 12 | 16 | 18) | null;
                        year?: number | null;
                        topRung?: number | null;
                        freeEpisodes?: number | null;
                        qualityPreset?: ("ultrafast" | "superfast" | "veryfast" | "faster" | "fast" | "medium" | "slow" | "slower" | "veryslow") | null;
                        ladder?: string | null;
                        priceClass?: string | null;
                        /** @description Those that are not named stay; null removes one. */
                        markers?: {
                            intro?: {
                                /** @description Where it begins, in milliseconds from the beginning of the video. */
                                startMs: number;
                                /** @description Where it is over; behind the beginning. */
                                endMs: number;
                            } | null;
                            recap?: {
                                /** @description Where it begins, in milliseconds from the beginning of the video. */
                                startMs: number;
                                /** @description Where it is over; behind the beginning. */
                                endMs: number;
                            } | null;
                            credits?: {
                                /** @description Where it begins, in milliseconds from the beginning of the video. */
                                startMs: number;
                                /** @description Where it is over; behind the beginning. */
                                endMs: number;
                            } | null;
                        };
                        /** @description By language. What is not named stays; null removes a language. */
                        texts?: {
                            [key: string]: {
                                /**
                                 * @description `{name}` stands for the present name, `{number}`, `{season}` and `{series}` for number, season and name of the series.
                                 * @example Episode {number}: {name}
                                 */
                                name?: string;
                                tagline?: string | null;
                                synopsis?: string | null;
                            } | null;
                        };
                        /** @description In one of these ways. */
                        releases?: {
                            /** @description The same for all, instead of those they have. */
                            put?: {
                                /**
                                 * @description ISO 3166-1 alpha-2, or `*`: every region without a release of its own.
                                 * @example KR
                                 */
                                region: string;
                                /**
                                 * Format: date-time
                                 * @description UTC, ISO 8601.
                                 * @example 2026-01-31T12:00:00.000Z
                                 */
                                opensAt: string;
                                closesAt: string | null;
                                /**
                                 * @description IANA name of the time zone in which these times are thought of.
                                 * @example Asia/Seoul
                                 */
                                timeZone: string;
                            }[];
                            /** @description Puts off those they have. */
                            shift?: {
                                /** @description By the calendar. */
                                days?: number;
                                minutes?: number;
                            };
                            /** @description One after the other in a region, in the order in which the titles are named. Ends stay. */
                            cadence?: {
                                /**
                                 * @description ISO 3166-1 alpha-2, or `*`: every region without a release of its own.
                                 * @example KR
                                 */
                                region: string;
                                /**
                                 * @description Local date and time of the first one.
                                 * @example 2026-12-24T18:00
                                 */
                                first: string;
                                /**
                                 * @description IANA name of the time zone in which these times are thought of.
                                 * @example Asia/Seoul
                                 */
                                timeZone: string;
                                /** @description Default 1. */
                                everyDays?: number;
                                /** @description One on each of these, 1 (Monday) to 7, instead of every so many days. */
                                weekdays?: number[];
                                /** @description How many come at the same time. Default 1. */
                                together?: number;
                            };
                        };
                    };
                };
            };
        };
        responses: {
            /** @description Done, for all of them. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    planCatalogueSeason: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `title_` and a ULID.
                 * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "files": [
                 *         "E01.mp4",
                 *         "E02.mp4"
                 *       ]
                 *     }
                 */
                "application/json": {
                    files: string[];
                };
            };
        };
        responses: {
            /** @description What each file is. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SeasonPlan"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addCatalogueEpisodes: {
        parameters: {
            query?: never;
            header?: {
                /** @description Made by the client, new for each thing it wants done; kept for a day. */
                "idempotency-key"?: string;
            };
            path: {
                /**
                 * @description `title_` and a ULID.
                 * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "seasonName": "Season {number}",
                 *       "episodes": [
                 *         {
                 *           "season": 1,
                 *           "number": 1,
                 *           "name": "The Door"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": {
                    episodes: {
                        /** @description Of a series; made where it is not there. For a season its own number, or nothing. */
                        season?: number;
                        number: number;
                        /** @description In the original language. */
                        name: string;
                    }[];
                    /**
                     * @description What a season is called that is made; `{number}` stands for its number.
                     * @example Season {number}
                     */
                    seasonName?: string;
                };
            };
        };
        responses: {
            /** @description All that were named, in their order. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddedEpisodes"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listCatalogueUploads: {
        parameters: {
            query?: {
                /**
                 * @description `nextCursor` of the page before.
                 * @example upload_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                cursor?: string;
                /** @description Default 50. */
                limit?: number;
            };
            header?: never;
            path: {
                /**
                 * @description `title_` and a ULID.
                 * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of them, the newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TitleUploadPage"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    makeCatalogueTitlesFromVideos: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "originalLanguage": "en",
                 *       "videos": [
                 *         {
                 *           "assetId": "asset_01JZ8Q4M6RXK3V5T9B2C7D1E0F"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": {
                    videos: {
                        /**
                         * @description `asset_` and a ULID.
                         * @example asset_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                         */
                        assetId: string;
                        /** @description In the original language. Default: as the video is called in the library. */
                        name?: string;
                    }[];
                    /**
                     * @description They become episodes of this season, behind its last one, in this order. Without it: movies.
                     * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                     */
                    seasonId?: string;
                    /**
                     * @description Of movies; episodes have that of the series.
                     * @example pt-BR
                     */
                    originalLanguage?: string;
                    maturity?: (0 | 6 | 12 | 16 | 18) | null;
                    /** @description Publishes what is made in the same moment. Needs the permission `titles.publish`. */
                    publish?: boolean;
                };
            };
        };
        responses: {
            /** @description The title of each video, in their order. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TitlesOfVideos"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportCatalogue: {
        parameters: {
            query: {
                format: "csv" | "json";
                /**
                 * @description One series or movie, with all its parts.
                 * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                rootId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    /** @description Its name. */
                    "content-disposition"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                    "application/json": string;
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    previewCatalogueImport: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "text/csv": string;
                "application/json": {
                    /** @constant */
                    version: 1;
                    titles: components["schemas"]["ExchangedTitle"][];
                };
            };
        };
        responses: {
            /** @description What it would do. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportPreview"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    importCatalogue: {
        parameters: {
            query: {
                /** @description What the preview of this file answered. */
                seen: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "text/csv": string;
                "application/json": {
                    /** @constant */
                    version: 1;
                    titles: components["schemas"]["ExchangedTitle"][];
                };
            };
        };
        responses: {
            /** @description What was done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Imported"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getCatalogueCalendar: {
        parameters: {
            query: {
                /**
                 * @description The first moment.
                 * @example 2026-01-31T12:00:00.000Z
                 */
                from: string;
                /**
                 * @description The moment after the last one; at most 400 days after `from`.
                 * @example 2026-01-31T12:00:00.000Z
                 */
                to: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The moments, the earliest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReleaseCalendar"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listCatalogueTerms: {
        parameters: {
            query: {
                kind: "category" | "tag" | "person";
                search?: string;
                cursor?: string;
                /** @description Default 50. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TermPage"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createCatalogueTerm: {
        parameters: {
            query?: never;
            header?: {
                /** @description Made by the client, new for each thing it wants done; kept for a day. */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "kind": "category",
                 *       "originalLanguage": "en",
                 *       "text": {
                 *         "name": "Revenge"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @enum {unknown} */
                    kind: "category" | "tag" | "person";
                    /**
                     * @description A language tag (BCP 47).
                     * @example pt-BR
                     */
                    originalLanguage: string;
                    text: {
                        name: string;
                        about?: string | null;
                    };
                    slug?: string;
                };
            };
        };
        responses: {
            /** @description The new one. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Term"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteCatalogueTerm: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description A category, a tag or a person.
                 * @example category_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeCatalogueTerm: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description A category, a tag or a person.
                 * @example category_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "revision": 1,
                 *       "texts": {
                 *         "ko": {
                 *           "name": "복수"
                 *         }
                 *       }
                 *     }
                 */
                "application/json": {
                    revision: number;
                    /**
                     * @description A language tag (BCP 47).
                     * @example pt-BR
                     */
                    originalLanguage?: string;
                    /** @description By language. Those that are not named stay; null removes one. */
                    texts?: {
                        [key: string]: {
                            name: string;
                            about?: string | null;
                        } | null;
                    };
                    slug?: string;
                };
            };
        };
        responses: {
            /** @description It as it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Term"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    orderCatalogueCategories: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description All categories, in their new order. */
                    terms: string[];
                };
            };
        };
        responses: {
            /** @description They are in this order now. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getCatalogueTitleTerms: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `title_` and a ULID.
                 * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them, in their order. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TitleTerms"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putCatalogueTitleTerms: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `title_` and a ULID.
                 * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "revision": 2,
                 *       "terms": [
                 *         {
                 *           "id": "person_01JZ8Q4M6RXK3V5T9B2C7D1E0F",
                 *           "role": "cast",
                 *           "part": "The captain"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": {
                    /** @description That of the title. */
                    revision: number;
                    terms: {
                        /**
                         * @description A category, a tag or a person.
                         * @example category_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                         */
                        id: string;
                        /**
                         * @description What a person is to the title.
                         * @enum {unknown}
                         */
                        role?: "cast" | "director" | "writer" | "producer" | "music";
                        part?: string | null;
                    }[];
                };
            };
        };
        responses: {
            /** @description All of them, in their order. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TitleTerms"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getCatalogueTracks: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `title_` and a ULID.
                 * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tracks. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TitleTracks"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putCatalogueAudio: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `title_` and a ULID.
                 * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description The video that was looked at; another one is refused.
                     * @example asset_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                     */
                    assetId: string;
                    /** @description The tracks that viewers do not get; all others are on. */
                    off: number[];
                };
            };
        };
        responses: {
            /** @description The tracks as they are now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TitleTracks"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createCatalogueSubtitles: {
        parameters: {
            query?: never;
            header?: {
                /** @description Made by the client, new for each thing it wants done; kept for a day. */
                "idempotency-key"?: string;
            };
            path: {
                /**
                 * @description `title_` and a ULID.
                 * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description A language tag (BCP 47).
                     * @example pt-BR
                     */
                    language: string;
                    label?: string | null;
                    /** @description Only what must be read to follow, e.g. signs. Shown by itself. */
                    isForced?: boolean;
                    /** @description For the deaf and hard of hearing: says sounds and who speaks as well. */
                    isSdh?: boolean;
                    /** @description Whether viewers get it. */
                    isOn?: boolean;
                    /** @description The file in base64: SubRip, WebVTT, ASS, SSA or TTML, of at most 2 MiB. What is in it says which. Without one there are no texts yet. */
                    content?: string;
                    /**
                     * @description Its encoding, where the guess would be wrong.
                     * @enum {unknown}
                     */
                    encoding?: "utf-8" | "utf-16le" | "utf-16be" | "windows-1250" | "windows-1251" | "windows-1252" | "windows-1253" | "windows-1254" | "windows-1255" | "windows-1256" | "windows-1257" | "windows-1258" | "windows-874" | "iso-8859-2" | "iso-8859-5" | "iso-8859-6" | "iso-8859-7" | "iso-8859-8" | "koi8-r" | "shift_jis" | "euc-jp" | "gb18030" | "big5" | "euc-kr";
                };
            };
        };
        responses: {
            /** @description The new subtitles, and what the file was. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadedSubtitles"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    takeOverCatalogueSubtitles: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `title_` and a ULID.
                 * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description The video that was looked at; another one is refused.
                     * @example asset_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                     */
                    assetId: string;
                    /** @description Its index in the uploaded file. */
                    stream: number;
                };
            };
        };
        responses: {
            /** @description The tracks as they are now. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TitleTracks"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getCatalogueSubtitles: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `subtitles_` and a ULID.
                 * @example subtitles_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The subtitles as they are now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subtitles"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteCatalogueSubtitles: {
        parameters: {
            query: {
                /** @description Counts the changes of the subtitles. In a request: the one that was looked at; another one is refused. */
                revision: number;
            };
            header?: never;
            path: {
                /**
                 * @description `subtitles_` and a ULID.
                 * @example subtitles_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeCatalogueSubtitles: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `subtitles_` and a ULID.
                 * @example subtitles_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Counts the changes of the subtitles. In a request: the one that was looked at; another one is refused. */
                    revision: number;
                    /**
                     * @description A language tag (BCP 47).
                     * @example pt-BR
                     */
                    language?: string;
                    label?: string | null;
                    /** @description Only what must be read to follow, e.g. signs. Shown by itself. */
                    isForced?: boolean;
                    /** @description For the deaf and hard of hearing: says sounds and who speaks as well. */
                    isSdh?: boolean;
                    /** @description Whether viewers get it. */
                    isOn?: boolean;
                    /**
                     * @description Somebody compared them with the video that the title has now.
                     * @constant
                     */
                    timesAreRight?: true;
                };
            };
        };
        responses: {
            /** @description The subtitles as they are now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subtitles"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listCatalogueCues: {
        parameters: {
            query?: {
                /** @description Default 50. More than of other lists: they are small. */
                limit?: number;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Only those that begin at or after this, in milliseconds. */
                fromMs?: number;
            };
            header?: never;
            path: {
                /**
                 * @description `subtitles_` and a ULID.
                 * @example subtitles_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of texts. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CuePage"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeCatalogueCues: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `subtitles_` and a ULID.
                 * @example subtitles_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Counts the changes of the subtitles. In a request: the one that was looked at; another one is refused. */
                    revision: number;
                    /** @description False: viewers get it when somebody publishes it, with what was held back before. Default true. */
                    publish?: boolean;
                    changes: {
                        /** @description Its own, whatever its place: no other one ever gets it. */
                        number?: number;
                        /** @description Milliseconds from the beginning of the video. */
                        startMs?: number;
                        /** @description Milliseconds from the beginning of the video. */
                        endMs?: number;
                        /** @description Lines of text with `<i>`, `<b>` and `<u>`; `&lt;`, `&gt;` and `&amp;` stand for the characters. Other tags are text. */
                        text?: string;
                        /** @description Where it stands, as WebVTT says it, e.g. `line:0 align:start`. Empty: below, in the middle. */
                        settings?: string;
                        /** @constant */
                        remove?: true;
                    }[];
                };
            };
        };
        responses: {
            /** @description What was changed, and the revision. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangedCues"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    downloadCatalogueSubtitles: {
        parameters: {
            query?: {
                /** @description Default `vtt`. */
                format?: "vtt" | "srt";
            };
            header?: never;
            path: {
                /**
                 * @description `subtitles_` and a ULID.
                 * @example subtitles_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    /** @description Its name. */
                    "content-disposition"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "text/vtt": string;
                    "application/x-subrip": string;
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replaceCatalogueCues: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `subtitles_` and a ULID.
                 * @example subtitles_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Counts the changes of the subtitles. In a request: the one that was looked at; another one is refused. */
                    revision: number;
                    /** @description The file in base64: SubRip, WebVTT, ASS, SSA or TTML, of at most 2 MiB. What is in it says which. */
                    content: string;
                    /**
                     * @description Its encoding, where the guess would be wrong.
                     * @enum {unknown}
                     */
                    encoding?: "utf-8" | "utf-16le" | "utf-16be" | "windows-1250" | "windows-1251" | "windows-1252" | "windows-1253" | "windows-1254" | "windows-1255" | "windows-1256" | "windows-1257" | "windows-1258" | "windows-874" | "iso-8859-2" | "iso-8859-5" | "iso-8859-6" | "iso-8859-7" | "iso-8859-8" | "koi8-r" | "shift_jis" | "euc-jp" | "gb18030" | "big5" | "euc-kr";
                    /** @description False: viewers get it when somebody publishes it, with what was held back before. Default true. */
                    publish?: boolean;
                };
            };
        };
        responses: {
            /** @description The subtitles as they are now, and what the file was. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadedSubtitles"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shiftCatalogueSubtitles: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `subtitles_` and a ULID.
                 * @example subtitles_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Counts the changes of the subtitles. In a request: the one that was looked at; another one is refused. */
                    revision: number;
                    /** @description False: viewers get it when somebody publishes it, with what was held back before. Default true. */
                    publish?: boolean;
                    /** @description Milliseconds; below 0 they come earlier. */
                    byMs: number;
                };
            };
        };
        responses: {
            /** @description The subtitles as they are now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subtitles"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    publishCatalogueSubtitles: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `subtitles_` and a ULID.
                 * @example subtitles_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Counts the changes of the subtitles. In a request: the one that was looked at; another one is refused. */
                    revision: number;
                };
            };
        };
        responses: {
            /** @description The subtitles as they are now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subtitles"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getHome: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Cards, row by row. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Home"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTitles: {
        parameters: {
            query?: {
                kind?: "series" | "movie";
                /**
                 * @description Only those that have this category, tag or person.
                 * @example category_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                term?: string;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Default 50. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of cards. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TitleCardPage"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTitle: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `title_` and a ULID.
                 * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The title. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReleasedTitle"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTitleBySlug: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                slug: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The title. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReleasedTitle"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEpisodes: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Default 50. */
                limit?: number;
            };
            header?: never;
            path: {
                /**
                 * @description `title_` and a ULID.
                 * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of cards. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TitleCardPage"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listCategories: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Categories"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTerm: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description A category, a tag or a person.
                 * @example category_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The category, tag or person. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShownTerm"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    searchTitles: {
        parameters: {
            query: {
                /**
                 * @description What was typed so far. Nothing in it is an operator.
                 * @example spider-m
                 */
                q: string;
                /** @description Default 20. */
                limit?: number;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of what was found. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchPage"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    suggestTitles: {
        parameters: {
            query: {
                /**
                 * @description What was typed so far. Nothing in it is an operator.
                 * @example spider-m
                 */
                q: string;
                /** @description Default 8. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The names, the best first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchSuggestions"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listPlaybackSessions: {
        parameters: {
            query?: {
                /**
                 * @description `account_` and a ULID.
                 * @example account_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                accountId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Streams that are open. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlaybackSessionList"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    startPlaybackSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "titleId": "title_01JZ8Q4M6RXK3V5T9B2C7D1E0F"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description What is to be watched.
                     * @example title_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                     */
                    titleId?: string;
                    /**
                     * @description Instead of the title: its video. Staff may watch one that is of no title.
                     * @example asset_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                     */
                    assetId?: string;
                };
            };
        };
        responses: {
            /** @description The stream, with its secret URLs. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StartedSession"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endPlaybackSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `session_` and a ULID.
                 * @example session_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ended: its URLs answer 403. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOperationsStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How the server is doing. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationsStatus"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tryEventAgain: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                consumer: string;
                eventId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It will be delivered again. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listKeptMails: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The latest of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeptMails"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAuditRecords: {
        parameters: {
            query?: {
                /** @description What was changed: its id or name, or the e-mail address of an account. */
                subject?: string;
                /** @description Who did it: an account or an API key by its id, or an account by its e-mail address. */
                actor?: string;
                /**
                 * @description What was done: names of events, or of groups of them (`account` is every `account.…`), separated by commas; at most 20.
                 * @example account,sign-in.failed
                 */
                event?: string;
                /** @description The network address of who did it. */
                address?: string;
                /**
                 * @description Not before this time.
                 * @example 2026-01-31T12:00:00.000Z
                 */
                from?: string;
                /**
                 * @description Before this time.
                 * @example 2026-01-31T12:00:00.000Z
                 */
                to?: string;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Default 50. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of records. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditPage"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAuditChain: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The state of the chain. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditChain"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportAuditRecords: {
        parameters: {
            query: {
                /** @description What was changed: its id or name, or the e-mail address of an account. */
                subject?: string;
                /** @description Who did it: an account or an API key by its id, or an account by its e-mail address. */
                actor?: string;
                /**
                 * @description What was done: names of events, or of groups of them (`account` is every `account.…`), separated by commas; at most 20.
                 * @example account,sign-in.failed
                 */
                event?: string;
                /** @description The network address of who did it. */
                address?: string;
                /**
                 * @description Not before this time.
                 * @example 2026-01-31T12:00:00.000Z
                 */
                from?: string;
                /**
                 * @description Before this time.
                 * @example 2026-01-31T12:00:00.000Z
                 */
                to?: string;
                format: "csv" | "jsonl";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    /** @description Its name. */
                    "content-disposition"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                    "application/x-ndjson": string;
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDataCopies: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DataCopies"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    askForDataCopy: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is being made. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DataCopy"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    downloadDataCopy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `copy_` and a ULID.
                 * @example copy_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The address. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DataCopyDownload"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDataCopyFile: {
        parameters: {
            query: {
                token: string;
            };
            header?: never;
            path: {
                /**
                 * @description `copy_` and a ULID.
                 * @example copy_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    /** @description Its name. */
                    "content-disposition"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteOwnAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /** @example {} */
                "application/json": {
                    /** @description Why, for those who run the service. It is removed with the account. */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description The account, with when it ends. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    keepOwnAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account, which stays. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `account_` and a ULID.
                 * @example account_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "Asked for it by phone; was called back."
                 *     }
                 */
                "application/json": {
                    /** @description Why, for the audit log. */
                    reason: string;
                };
            };
        };
        responses: {
            /** @description The account, with when it ends. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    keepAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description `account_` and a ULID.
                 * @example account_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "Asked for it by phone; was called back."
                 *     }
                 */
                "application/json": {
                    /** @description Why, for the audit log. */
                    reason: string;
                };
            };
        };
        responses: {
            /** @description The account, which stays. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description The request cannot be fulfilled; see `code`. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server failed; see `code`. */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
