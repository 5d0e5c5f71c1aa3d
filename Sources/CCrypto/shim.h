#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

/* Macros and variadic functions of OpenSSL, which Swift does not see, as functions. */

static inline EVP_PKEY *zhuqi_rsa_key(size_t bits) { return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", bits); }

static inline long zhuqi_bio_bytes(BIO *bio, char **bytes) { return BIO_get_mem_data(bio, bytes); }

static inline STACK_OF(X509) *zhuqi_certificates(void) { return sk_X509_new_null(); }
static inline int zhuqi_certificates_add(STACK_OF(X509) *all, X509 *one) { return sk_X509_push(all, one); }
static inline int zhuqi_certificates_count(const STACK_OF(X509) *all) { return sk_X509_num(all); }
static inline X509 *zhuqi_certificate_at(const STACK_OF(X509) *all, int place) { return sk_X509_value(all, place); }
/* The container alone, not what is in it. */
static inline void zhuqi_certificates_forget(STACK_OF(X509) *all) { sk_X509_free(all); }
/* With what is in it. */
static inline void zhuqi_certificates_forget_all(STACK_OF(X509) *all) { sk_X509_pop_free(all, X509_free); }

static inline void zhuqi_extension_context(X509V3_CTX *context, X509 *issuer, X509 *subject) {
    X509V3_set_ctx_nodb(context);
    X509V3_set_ctx(context, issuer, subject, NULL, NULL, 0);
}

/* A name in the order of RFC 2253, its Chinese left as it is. */
static inline int zhuqi_print_name(BIO *bio, const X509_NAME *name) {
    return X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
}
