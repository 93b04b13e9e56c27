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
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
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
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
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
                /** @description An access token, and the refresh token when it was asked for in the body. */
                200: {
                    headers: {
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
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
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
                /** @description An access token, and the refresh token when it was asked for in the body. */
                200: {
                    headers: {
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
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
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
                /** @description Default Response */
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
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        currentPassword: string;
                        /** @description At least 12 characters, no other rules. */
                        newPassword: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
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
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        password: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
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
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
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
        get: {
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
                /** @description Default Response */
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
        put?: never;
        /**
         * Create an account
         * @description Asks for a password given within 15 minutes (403 `step_up_required`).
         */
        post: {
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
                /** @description Default Response */
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
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description `account_` and a ULID. */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @enum {unknown} */
                        role?: "super_admin" | "content_manager" | "viewer";
                        /** @enum {unknown} */
                        status?: "active" | "disabled";
                    };
                };
            };
            responses: {
                /** @description Default Response */
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
        get: {
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
                /** @description Default Response */
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
        put?: never;
        /**
         * Begin an upload (tus creation, creation-with-upload)
         * @description `Upload-Length` is needed (not deferred); `Upload-Metadata` (at most 4096 bytes) may give `filename` and `filetype`; `Upload-Checksum` may be given with data.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description `Location` of the upload, `Upload-Offset`, `Upload-Expires`; `Dramabox-Asset` when the data was complete. */
                201: {
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
        delete?: never;
        /** What this server speaks of tus */
        options: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description `Tus-Version`, `Tus-Extension`, `Tus-Max-Size`, `Tus-Checksum-Algorithm`. */
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
        delete: {
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
                /** @description Its bytes are gone. */
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
        /** What this server speaks of tus */
        options: {
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
                /** @description `Tus-Version`, `Tus-Extension`, `Tus-Max-Size`, `Tus-Checksum-Algorithm`. */
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
        head?: never;
        /**
         * Continue an upload
         * @description Content type `application/offset+octet-stream`, `Upload-Offset`, and optionally `Upload-Checksum`.
         */
        patch: {
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
                /** @description `Upload-Offset`, `Upload-Expires`; `Dramabox-Asset` with the last byte. */
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
        trace?: never;
    };
    "/api/v1/assets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Assets, newest first */
        get: {
            parameters: {
                query?: {
                    /** @description `nextCursor` of the page before. */
                    cursor?: string;
                    /** @description Default 50. */
                    limit?: number;
                    state?: "processing" | "playable" | "ready" | "failed" | "cancelled";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
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
        get: {
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
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description `asset_` and a ULID. */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
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
        put?: never;
        post?: never;
        /** Delete an asset; ends its streams and its processing */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description `asset_` and a ULID. */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
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
        options?: never;
        head?: never;
        /** Change the title */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description `asset_` and a ULID. */
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
                /** @description Default Response */
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
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description `asset_` and a ULID. */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
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
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description `asset_` and a ULID. */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
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
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description `asset_` and a ULID. */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
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
        get: {
            parameters: {
                query?: {
                    /** @description `account_` and a ULID. */
                    accountId?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
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
        put?: never;
        /**
         * Start a stream
         * @description One too many for the account ends one that is idle; when none is, it is refused (409 `too_many_streams`, with `active` and `limit`) or ends the oldest, as configured. An account that may not watch the title is refused with 403 `not_entitled` and a `reason`. A stream may be limited to a size of picture: its URLs list nothing larger, and the origin serves nothing larger. A player whose stream was ended gets 403 from the origin and starts another.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description `asset_` and a ULID. */
                        assetId: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
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
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description `session_` and a ULID. */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
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
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
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
        post: {
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
                /** @description Default Response */
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
        get: {
            parameters: {
                query?: {
                    /** @description An id of any kind. Durable events are numbered. */
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
                /** @description Default Response */
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
            code: "invalid_request" | "unauthenticated" | "invalid_signature" | "csrf_header_missing" | "forbidden" | "step_up_required" | "not_found" | "method_not_allowed" | "not_acceptable" | "conflict" | "idempotency_in_progress" | "idempotency_answer_lost" | "account_exists" | "precondition_failed" | "payload_too_large" | "unsupported_media_type" | "range_not_satisfiable" | "idempotency_key_reused" | "too_many_requests" | "internal_error" | "not_ready" | "insufficient_storage" | "invalid_credentials" | "invalid_refresh_token" | "last_super_admin" | "upload_too_large" | "upload_type_not_allowed" | "upload_checksum_mismatch" | "upload_offset_conflict" | "upload_locked" | "upload_gone" | "upload_interrupted" | "tus_version_unsupported" | "too_many_uploads" | "media_empty" | "media_unrecognized" | "media_format_not_allowed" | "media_codec_not_allowed" | "media_no_video" | "media_damaged" | "media_too_large_picture" | "media_too_long" | "media_too_many_streams" | "media_probe_limit" | "encode_failed" | "encode_frame_count" | "encode_stalled" | "package_failed" | "not_entitled" | "asset_not_playable" | "too_many_streams";
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
            /** @description `account_` and a ULID. */
            id: string;
            email: string;
            /** @enum {unknown} */
            role: "super_admin" | "content_manager" | "viewer";
            /** @enum {unknown} */
            status: "active" | "disabled";
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             */
            updatedAt: string;
        };
        OwnAccount: {
            /** @description `account_` and a ULID. */
            id: string;
            email: string;
            /** @enum {unknown} */
            role: "super_admin" | "content_manager" | "viewer";
            /** @enum {unknown} */
            status: "active" | "disabled";
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             */
            updatedAt: string;
            permissions: ("accounts.manage" | "assets.manage" | "assets.manage-all" | "assets.read" | "audit.read" | "metrics.read" | "operations.manage" | "operations.read" | "playback.start" | "sessions.manage-all" | "uploads.create" | "uploads.manage-all")[];
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
        Upload: {
            /** @description `upload_` and a ULID. */
            id: string;
            /** @description `account_` and a ULID. */
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
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
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
            /** @description `rendition_` and a ULID. */
            id: string;
            /** @description Unique in the version, e.g. `v720-3000`. */
            name: string;
            /** @enum {unknown} */
            kind: "video" | "audio";
            codec: string | null;
            width: number | null;
            height: number | null;
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
            /** @description `version_` and a ULID. */
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
             */
            createdAt: string;
            startedAt: string | null;
            playableAt: string | null;
            finishedAt: string | null;
        };
        Version: {
            /** @description `version_` and a ULID. */
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
        AssetSummary: {
            /** @description `asset_` and a ULID. */
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
            /** @description Whether the account that asks may change it. */
            mayChange: boolean;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             */
            updatedAt: string;
            newestVersion: components["schemas"]["VersionSummary"] | null;
        };
        Asset: {
            /** @description `asset_` and a ULID. */
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
            /** @description Whether the account that asks may change it. */
            mayChange: boolean;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             */
            updatedAt: string;
            media: components["schemas"]["SourceMedia"] | null;
            /** @description The newest 20, newest first. */
            versions: components["schemas"]["Version"][];
        };
        AssetPage: {
            items: components["schemas"]["AssetSummary"][];
            nextCursor: string | null;
        };
        StartedSession: {
            /** @description `session_` and a ULID. */
            sessionId: string;
            /** @description URL of the multivariant playlist. It is a secret: who has it can watch. */
            hls: string;
            /** @description URL of the MPD. */
            dash: string;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             */
            expiresAt: string;
        };
        PlaybackSession: {
            /** @description `session_` and a ULID. */
            id: string;
            /** @description `account_` and a ULID. */
            accountId: string;
            /** @description `asset_` and a ULID. */
            assetId: string;
            /** @description `version_` and a ULID. */
            versionId: string;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             */
            startedAt: string;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             */
            expiresAt: string;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
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
                 */
                recordedAt: string;
            }[];
            storage: {
                freeBytes: number | null;
                /** @description Uploads are refused when they would leave less. */
                minFreeBytes: number;
            };
            /** @description External programs that the answering process runs: none where it does not transcode. */
            tools: {
                name: string;
                version: string;
            }[];
        };
        /** @description Something that was changed. `actor` is null when no account did it: an operator at the machine, upkeep. */
        AuditRecord: {
            /** @description `audit_` and a ULID. */
            id: string;
            /**
             * Format: date-time
             * @description UTC, ISO 8601.
             */
            at: string;
            /** @description What was done, e.g. `account.changed`. */
            event: string;
            /** @description An id of any kind. Durable events are numbered. */
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
export type operations = Record<string, never>;
