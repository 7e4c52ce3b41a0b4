package corpus

// payments are the keys of those who take donations.
func payments() []Type {
	return []Type{
		bare("stripe-secret-key", "STRIPE_SECRET_KEY", "sk_live_51{a99}"),
		bare("stripe-secret-key-old", "STRIPE_API_KEY", "sk_live_{a24}"),
		bare("stripe-test-secret-key", "STRIPE_SECRET_KEY", "sk_test_51{a99}"),
		bare("stripe-restricted-key", "STRIPE_RESTRICTED_KEY", "rk_live_51{a99}"),
		bare("stripe-webhook-secret", "STRIPE_WEBHOOK_SECRET", "whsec_{a32}"),
		bare("braintree-access-token", "BRAINTREE_ACCESS_TOKEN", "access_token$production${l16}${x32}"),
		named("braintree-private-key", "BRAINTREE_PRIVATE_KEY", "{x32}"),
		named("paypal-client-secret", "PAYPAL_CLIENT_SECRET", "E{w79}"),
		named("gocardless-access-token", "GOCARDLESS_ACCESS_TOKEN", "live_{w40}"),
		named("gocardless-webhook-secret", "GOCARDLESS_WEBHOOK_SECRET", "{w40}"),
		named("actblue-client-secret", "ACTBLUE_CLIENT_SECRET", "{w43}"),
		named("actblue-webhook-password", "ACTBLUE_WEBHOOK_PASSWORD", "{a20}"),
		named("winred-api-key", "WINRED_API_KEY", "{x40}"),
		bare("raisely-secret-key", "RAISELY_API_KEY", "raisely-sk-{x32}"),
		bare("square-access-token", "SQUARE_ACCESS_TOKEN", "EAAA{w60}"),
		bare("square-oauth-secret", "SQUARE_APPLICATION_SECRET", "sq0csp-{w43}"),
		named("razorpay-key-secret", "RAZORPAY_KEY_SECRET", "{a24}"),
		named("mollie-api-key", "MOLLIE_API_KEY", "live_{a30}"),
		bare("adyen-api-key", "ADYEN_API_KEY", "AQE{a5}mK7D{b60}-{b43}=-{b16}"),
		bare("flutterwave-secret-key", "FLUTTERWAVE_SECRET_KEY", "FLWSECK-{x32}-X"),
		bare("paystack-secret-key", "PAYSTACK_SECRET_KEY", "sk_live_{x40}"),
		named("plaid-secret", "PLAID_SECRET", "{x30}"),
		named("donorbox-api-key", "DONORBOX_API_KEY", "{w48}"),
	}
}

// organising are the keys of the systems that campaigns keep their people in.
func organising() []Type {
	return []Type{
		named("nationbuilder-token", "NATIONBUILDER_API_TOKEN", "{x64}"),
		named("action-network-key", "ACTION_NETWORK_API_KEY", "{x32}"),
		named("everyaction-key", "EVERYACTION_API_KEY", "{U}|1"),
		named("ngpvan-key", "NGPVAN_API_KEY", "{U}|0"),
		named("mobilize-key", "MOBILIZE_API_KEY", "{x40}"),
		named("salesforce-client-secret", "SALESFORCE_CLIENT_SECRET", "{X64}"),
		named("salesforce-security-token", "SALESFORCE_SECURITY_TOKEN", "{a24}"),
		bare("salesforce-access-token", "SALESFORCE_ACCESS_TOKEN", "00D{a12}!{a96}"),
		bare("salesforce-refresh-token", "SALESFORCE_REFRESH_TOKEN", "5Aep861{w80}"),
		bare("hubspot-private-app", "HUBSPOT_ACCESS_TOKEN", "pat-na1-{U}"),
		named("hubspot-api-key", "HUBSPOT_API_KEY", "{U}"),
		bare("airtable-token", "AIRTABLE_TOKEN", "pat{a14}.{x64}"),
		named("typeform-token", "TYPEFORM_TOKEN", "tfp_{a44}_{a14}"),
		named("eventbrite-token", "EVENTBRITE_PRIVATE_TOKEN", "{u20}"),
		named("zendesk-token", "ZENDESK_API_TOKEN", "{a40}"),
		bare("shopify-access-token", "SHOPIFY_ACCESS_TOKEN", "shpat_{x32}"),
		bare("shopify-shared-secret", "SHOPIFY_API_SECRET", "shpss_{x32}"),
		named("jotform-api-key", "JOTFORM_API_KEY", "{x32}"),
	}
}

// mail are the keys of those who send mail and messages.
func mail() []Type {
	return []Type{
		bare("mailchimp-api-key", "MAILCHIMP_API_KEY", "{x32}-us{d2}"),
		named("mandrill-api-key", "MANDRILL_API_KEY", "{w22}"),
		named("mandrill-api-key-new", "MANDRILL_API_KEY", "md-{w22}"),
		bare("sendgrid-api-key", "SENDGRID_API_KEY", "SG.{w22}.{w43}"),
		named("mailgun-api-key", "MAILGUN_API_KEY", "key-{x32}"),
		named("mailgun-private-key", "MAILGUN_PRIVATE_KEY", "{x32}-{x8}-{x8}"),
		named("mailgun-signing-key", "MAILGUN_WEBHOOK_SIGNING_KEY", "{x32}"),
		named("postmark-server-token", "POSTMARK_SERVER_TOKEN", "{U}"),
		named("sparkpost-api-key", "SPARKPOST_API_KEY", "{x40}"),
		bare("resend-api-key", "RESEND_API_KEY", "re_{a8}_{a24}"),
		bare("brevo-api-key", "BREVO_API_KEY", "xkeysib-{x64}-{a16}"),
		named("mailjet-secret-key", "MAILJET_SECRET_KEY", "{x32}"),
		named("klaviyo-private-key", "KLAVIYO_PRIVATE_KEY", "pk_{x34}"),
		named("twilio-auth-token", "TWILIO_AUTH_TOKEN", "{x32}"),
		bare("twilio-api-key", "TWILIO_API_KEY", "SK{x32}"),
		made("intercom-access-token", "INTERCOM_ACCESS_TOKEN", intercom),
		named("messagebird-key", "MESSAGEBIRD_ACCESS_KEY", "{a25}"),
		named("vonage-api-secret", "VONAGE_API_SECRET", "{a16}"),
	}
}

// content are the keys of what sites take their contents from.
func content() []Type {
	return []Type{
		bare("contentful-management-token", "CONTENTFUL_MANAGEMENT_TOKEN", "CFPAT-{w43}"),
		named("contentful-access-token", "CONTENTFUL_ACCESS_TOKEN", "{w43}"),
		named("sanity-token", "SANITY_API_TOKEN", "sk{a178}"),
		bare("notion-token", "NOTION_TOKEN", "ntn_{d11}{a35}"),
		bare("notion-secret", "NOTION_API_KEY", "secret_{a43}"),
		named("storyblok-token", "STORYBLOK_MANAGEMENT_TOKEN", "{a22}tt-{d5}-{w20}"),
		named("datocms-token", "DATOCMS_API_TOKEN", "{x30}"),
		bare("dropbox-token", "DROPBOX_ACCESS_TOKEN", "sl.u.AF{w140}"),
		named("cloudinary-secret", "CLOUDINARY_API_SECRET", "{w27}"),
		bare("cloudinary-url", "CLOUDINARY_URL", "cloudinary://{d15}:{w27}@{N}"),
		bare("figma-token", "FIGMA_TOKEN", "figd_{w40}"),
		bare("linear-api-key", "LINEAR_API_KEY", "lin_api_{a40}"),
		bare("postman-api-key", "POSTMAN_API_KEY", "PMAK-{x24}-{x34}"),
		named("algolia-admin-key", "ALGOLIA_ADMIN_KEY", "{x32}"),
		named("meilisearch-master-key", "MEILI_MASTER_KEY", "{w43}"),
		named("recaptcha-secret", "RECAPTCHA_SECRET_KEY", "6L{a6}AAAAA{w27}"),
		named("hcaptcha-secret", "HCAPTCHA_SECRET", "0x{x40}"),
		named("turnstile-secret", "TURNSTILE_SECRET_KEY", "0x4AAAAAAA{w25}"),
		named("vapid-private-key", "VAPID_PRIVATE_KEY", "{w43}"),
		named("pusher-secret", "PUSHER_APP_SECRET", "{x20}"),
	}
}
