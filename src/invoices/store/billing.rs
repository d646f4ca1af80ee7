use sqlx::{PgConnection, query};

use super::super::model::{Billing, TaxRate};
use crate::{packs::Share, values::AccountId};

pub(in crate::invoices) async fn find_billing(
    db: &mut PgConnection,
    account: AccountId,
) -> sqlx::Result<Option<Billing>> {
    let row = query!(
        r#"
        select name, address, tax_number, purchase_number, tax_name, tax_rate, days_to_pay,
               how_to_pay, prefix
        from billing_details where account_id = $1
        "#,
        account as _,
    );
    Ok(row.fetch_optional(db).await?.map(|row| Billing {
        name: row.name,
        address: row.address,
        tax_number: row.tax_number,
        purchase_number: row.purchase_number,
        tax: row
            .tax_name
            .zip(row.tax_rate)
            .map(|(name, rate)| TaxRate { name, rate: Share::of_hundredths(rate.unsigned_abs()) }),
        days_to_pay: row.days_to_pay,
        how_to_pay: row.how_to_pay,
        prefix: row.prefix,
    }))
}

pub(in crate::invoices) async fn keep_billing(
    db: &mut PgConnection,
    account: AccountId,
    billing: &Billing,
) -> sqlx::Result<()> {
    let rate = billing.tax.as_ref().map(|tax| i32::try_from(tax.rate.hundredths()));
    let rate = rate.transpose().map_err(|error| sqlx::Error::Encode(error.into()))?;
    query!(
        r#"
        insert into billing_details
            (account_id, name, address, tax_number, purchase_number, tax_name, tax_rate, days_to_pay,
             how_to_pay, prefix)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        on conflict (account_id) do update
        set name = excluded.name, address = excluded.address, tax_number = excluded.tax_number,
            purchase_number = excluded.purchase_number, tax_name = excluded.tax_name,
            tax_rate = excluded.tax_rate, days_to_pay = excluded.days_to_pay,
            how_to_pay = excluded.how_to_pay, prefix = excluded.prefix
        "#,
        account as _,
        billing.name,
        billing.address,
        billing.tax_number,
        billing.purchase_number,
        billing.tax.as_ref().map(|tax| tax.name.as_str()),
        rate,
        billing.days_to_pay,
        billing.how_to_pay,
        billing.prefix,
    )
    .execute(db)
    .await?;
    Ok(())
}
