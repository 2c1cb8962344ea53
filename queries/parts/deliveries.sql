-- What units were to get, what of it they got, and what they were charged too much and too little, unit by unit, so that what one
-- was charged too much does not pay for what another was charged too little (design §5). Parameters: none.
sum(greatest(0, u.old - u.new)) AS entitled,
sum(greatest(0, least(u.old - u.charged, u.old - u.new))) AS delivered,
sum(greatest(0, u.charged - u.new)) AS overcharged,
sum(greatest(0, u.new - u.charged)) AS undercharged,
countIf(u.charged > u.new) AS units_over,
countIf(u.charged < u.new) AS units_under
