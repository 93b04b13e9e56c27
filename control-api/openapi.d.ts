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
         * @description Too many wrong passwords, more than 20 sign-ins of an account in 15 minutes, or too many people at once answer 429 with `Retry-After`.
         */
        post: operations["signIn"];
        delete?: never;
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
        /** Change the password; ends every sign-in and every stream of the account */
        post: operations["changeOwnPassword"];
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
        /** Prove again who you are, when something asked for it (`step_up_required`) */
        post: operations["confirmIdentity"];
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
        /** Accounts, newest first */
        get: operations["listAccounts"];
        put?: never;
        /**
         * Create an account
         * @description Asks for a password given within 15 minutes (403 `step_up_required`).
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
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change the role or status of an account
         * @description Disabling ends its sign-ins and streams at once. The last active super admin stays one. Asks for a password given within 15 minutes (403 `step_up_required`).
         */
        patch: operations["changeAccount"];
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
        /** Delete an asset; ends its streams and its processing */
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
         * @description One too many for the account ends one that is idle; when none is, it is refused (409 `too_many_streams`, with `active` and `limit`) or ends the oldest, as configured. An account that may not watch the title is refused with 403 `not_entitled` and a `reason`. A stream may be limited to a size of picture: its URLs list nothing larger, and the origin serves nothing larger. A player whose stream was ended gets 403 from the origin and starts another.
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
        /** What was changed, newest first, of one subject or by one account */
        get: operations["listAuditRecords"];
        put?: never;
        post?: never;
        delete?: never;
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
            code: "invalid_request" | "unauthenticated" | "invalid_signature" | "csrf_header_missing" | "forbidden" | "step_up_required" | "not_found" | "method_not_allowed" | "not_acceptable" | "request_timeout" | "conflict" | "idempotency_in_progress" | "idempotency_answer_lost" | "account_exists" | "precondition_failed" | "payload_too_large" | "uri_too_long" | "unsupported_media_type" | "range_not_satisfiable" | "expectation_failed" | "misdirected_request" | "idempotency_key_reused" | "too_many_requests" | "headers_too_large" | "internal_error" | "not_ready" | "storage_unavailable" | "sessions_unavailable" | "insufficient_storage" | "invalid_credentials" | "invalid_refresh_token" | "last_super_admin" | "upload_too_large" | "upload_type_not_allowed" | "upload_checksum_mismatch" | "upload_offset_conflict" | "upload_locked" | "upload_gone" | "upload_interrupted" | "tus_version_unsupported" | "too_many_uploads_of_day" | "upload_bytes_of_day_used_up" | "upload_storage_used_up" | "too_many_uploads" | "media_empty" | "media_unrecognized" | "media_format_not_allowed" | "media_codec_not_allowed" | "media_encrypted" | "media_no_video" | "media_damaged" | "media_too_large_picture" | "media_too_long" | "media_out_of_proportion" | "media_too_many_streams" | "media_not_convertible" | "media_conversion_limit" | "media_probe_limit" | "encode_failed" | "encode_unsupported" | "encode_interrupted" | "encode_frame_count" | "encode_stalled" | "package_failed" | "process_failed" | "not_entitled" | "asset_not_playable" | "too_many_streams";
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
            email: string;
            /** @enum {unknown} */
            role: "super_admin" | "content_manager" | "viewer";
            /** @enum {unknown} */
            status: "active" | "disabled";
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
            email: string;
            /** @enum {unknown} */
            role: "super_admin" | "content_manager" | "viewer";
            /** @enum {unknown} */
            status: "active" | "disabled";
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
            permissions: ("accounts.manage" | "assets.manage" | "assets.manage-all" | "assets.read" | "audit.read" | "mails.read" | "metrics.read" | "operations.manage" | "operations.read" | "playback.start" | "sessions.manage-all" | "uploads.create" | "uploads.manage-all")[];
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
        AccountPage: {
            items: components["schemas"]["Account"][];
            nextCursor: string | null;
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
                email: string;
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
            /** @description An id of any kind; durable events are numbered. What has no id has a name: `unknown-account`, `access-keys`, `playback-keys`. */
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
        };
        AuditPage: {
            items: components["schemas"]["AuditRecord"][];
            nextCursor: string | null;
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
            /** @description The new tokens. */
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
                    currentPassword: string;
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
                 *       "password": "correct horse battery",
                 *       "role": "content_manager"
                 *     }
                 */
                "application/json": {
                    /** @description Upper and lower case are the same. */
                    email: string;
                    /** @description At least 12 characters, no other rules. */
                    password: string;
                    /** @enum {unknown} */
                    role: "super_admin" | "content_manager" | "viewer";
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
                 *       "status": "disabled"
                 *     }
                 */
                "application/json": {
                    /** @enum {unknown} */
                    role?: "super_admin" | "content_manager" | "viewer";
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
                 * @description Pairs of a key and a value in base64, separated by commas: `filename` and `filetype`.
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
                 *       "assetId": "asset_01JZ8Q4M6RXK3V5T9B2C7D1E0F"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description `asset_` and a ULID.
                     * @example asset_01JZ8Q4M6RXK3V5T9B2C7D1E0F
                     */
                    assetId: string;
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
                /** @description An id of any kind; durable events are numbered. What has no id has a name: `unknown-account`, `access-keys`, `playback-keys`. */
                subject?: string;
                /** @description An account, or the API key of another program. */
                actor?: string;
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
}
