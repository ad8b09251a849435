-- The ledger in PostgreSQL: tables that only grow, and the only functions that write them.
--
-- Made as the role guardrails_owner, which nobody logs in as. The service may read and call the functions, nothing else:
-- it has no INSERT, UPDATE, DELETE or TRUNCATE. The triggers are for the owner's and the administrator's own mistakes.
-- Every function that writes first takes the sequencer, an advisory lock held to the end of the transaction.

CREATE TABLE about (one integer PRIMARY KEY CHECK (one = 1), version integer NOT NULL);
CREATE TABLE record (
    idx bigint PRIMARY KEY, id text COLLATE "C" NOT NULL UNIQUE, leaf bytea NOT NULL CHECK (octet_length(leaf) = 32),
    bytes bytea NOT NULL
);
CREATE TABLE node (pos bigint PRIMARY KEY, hash bytea NOT NULL CHECK (octet_length(hash) = 32));
CREATE TABLE head (one integer PRIMARY KEY CHECK (one = 1), size bigint NOT NULL, root bytea NOT NULL);
CREATE TABLE payload (
    idx bigint NOT NULL, part text COLLATE "C" NOT NULL, sealed bytea NOT NULL, PRIMARY KEY (idx, part)
);
CREATE TABLE bundle (digest text COLLATE "C" PRIMARY KEY, bytes bytea NOT NULL);
CREATE TABLE history (
    principal text COLLATE "C" NOT NULL, key text COLLATE "C" NOT NULL, at_ms bigint NOT NULL, idx bigint NOT NULL,
    amount bigint NOT NULL, PRIMARY KEY (principal, key, at_ms, idx)
);
CREATE TABLE tally (key text COLLATE "C" PRIMARY KEY, sum bigint NOT NULL);
CREATE TABLE answer (
    key text COLLATE "C" PRIMARY KEY, body text NOT NULL, idx bigint NOT NULL, sealed bytea NOT NULL,
    expires_ms bigint NOT NULL
);
CREATE INDEX answer_by_expiry ON answer (expires_ms);
CREATE TABLE checkpoint (
    n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, size bigint NOT NULL, note text COLLATE "C" NOT NULL,
    UNIQUE (size, note)
);

-- Ciphertext does not compress: trying costs time and saves nothing.
ALTER TABLE payload ALTER COLUMN sealed SET STORAGE EXTERNAL;
ALTER TABLE answer ALTER COLUMN sealed SET STORAGE EXTERNAL;

INSERT INTO about VALUES (1, 1);
INSERT INTO head VALUES (1, 0, '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');

CREATE FUNCTION refused() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is refused: % only grows', tg_op, tg_table_name USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE FUNCTION head_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.size <= OLD.size THEN
        RAISE EXCEPTION 'the head only grows' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON record EXECUTE FUNCTION refused();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON node EXECUTE FUNCTION refused();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON bundle EXECUTE FUNCTION refused();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoint EXECUTE FUNCTION refused();
CREATE TRIGGER kept BEFORE UPDATE OR TRUNCATE ON payload EXECUTE FUNCTION refused();
CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON head EXECUTE FUNCTION refused();
CREATE TRIGGER grows BEFORE UPDATE ON head FOR EACH ROW EXECUTE FUNCTION head_grows();

-- "GrLgSeq" in ASCII: advisory locks are numbers, one space for all of a database.
CREATE FUNCTION take_sequencer() RETURNS void LANGUAGE sql AS $$
    SELECT pg_advisory_xact_lock(20110395823056241)
$$;

-- The head as it is once nobody else can write: each statement here sees what was committed while it waited.
CREATE FUNCTION locked_head(OUT size bigint, OUT root bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM guardrails.take_sequencer();
    SELECT head.size, head.root INTO STRICT locked_head.size, locked_head.root FROM guardrails.head;
END $$;

-- What a row of the index adds to its key's sum; the same as in backends/store/sqlite.py.
CREATE FUNCTION weight(idx bigint, at_ms bigint, amount bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT (idx * 1000003 + at_ms % 2147483647 * 8191 + amount) % 2147483647 + 1
$$;

-- Index rows, and of those of nobody what notices their loss.
CREATE FUNCTION put_links(principals text[], keys text[], moments bigint[], indices bigint[], amounts bigint[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO guardrails.history SELECT * FROM unnest(principals, keys, moments, indices, amounts);
    INSERT INTO guardrails.tally
    SELECT key, sum(guardrails.weight(idx, at_ms, amount))
    FROM unnest(principals, keys, moments, indices, amounts) AS new (principal, key, at_ms, idx, amount)
    WHERE principal = '' GROUP BY key ORDER BY key
    ON CONFLICT (key) DO UPDATE SET sum = tally.sum + excluded.sum;
END $$;

-- Records with everything that is stored with them or not at all; they must follow the head, and their hashes those there are.
CREATE FUNCTION append(
    first bigint, ids text[], leaves bytea[], records bytea[], first_pos bigint, hashes bytea[], new_root bytea,
    part_indices bigint[], parts text[], sealed_parts bytea[],
    principals text[], keys text[], moments bigint[], link_indices bigint[], amounts bigint[],
    now_ms bigint, answer_keys text[], bodies text[], answer_indices bigint[], answers bytea[], expiries bigint[]
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    added bigint := cardinality(ids);
BEGIN
    PERFORM guardrails.take_sequencer();
    UPDATE guardrails.head SET size = first + added, root = new_root WHERE size = first;
    IF NOT FOUND OR cardinality(leaves) <> added OR cardinality(records) <> added
        OR first_pos <> (SELECT coalesce(max(pos) + 1, 0) FROM guardrails.node)
        OR first <> (SELECT coalesce(max(idx) + 1, 0) FROM guardrails.record)
    THEN
        RAISE EXCEPTION 'records follow one another' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    INSERT INTO guardrails.record
    SELECT first + n - 1, id, leaf, bytes FROM unnest(ids, leaves, records) WITH ORDINALITY AS new (id, leaf, bytes, n);
    INSERT INTO guardrails.node SELECT first_pos + n - 1, hash FROM unnest(hashes) WITH ORDINALITY AS new (hash, n);
    IF cardinality(parts) > 0 THEN
        IF (SELECT min(idx) FROM unnest(part_indices) AS idx) < first
            OR (SELECT max(idx) FROM unnest(part_indices) AS idx) >= first + added
        THEN
            RAISE EXCEPTION 'payload comes with its record' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        INSERT INTO guardrails.payload SELECT * FROM unnest(part_indices, parts, sealed_parts);
    END IF;
    IF cardinality(keys) > 0 THEN
        PERFORM guardrails.put_links(principals, keys, moments, link_indices, amounts);
    END IF;
    IF cardinality(answer_keys) > 0 THEN
        DELETE FROM guardrails.answer WHERE expires_ms <= now_ms;
        INSERT INTO guardrails.answer SELECT * FROM unnest(answer_keys, bodies, answer_indices, answers, expiries);
    END IF;
END $$;

-- Tells whether nothing else was kept under this key.
CREATE FUNCTION put_answer(now_ms bigint, named text, body text, at bigint, sealed bytea, expires bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM guardrails.take_sequencer();
    DELETE FROM guardrails.answer WHERE expires_ms <= now_ms;
    INSERT INTO guardrails.answer VALUES (named, body, at, sealed, expires) ON CONFLICT (key) DO NOTHING;
    RETURN FOUND;
END $$;

CREATE FUNCTION drop_payload(at bigint, dropped text[]) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT guardrails.take_sequencer();
    DELETE FROM guardrails.payload WHERE idx = at AND part = ANY (dropped);
$$;

CREATE FUNCTION drop_answers(at bigint) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT guardrails.take_sequencer();
    DELETE FROM guardrails.answer WHERE idx = at;
$$;

CREATE FUNCTION put_bundle(named text, data bytea) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO guardrails.bundle VALUES (named, data) ON CONFLICT (digest) DO NOTHING;
$$;

CREATE FUNCTION replace_links(principals text[], keys text[], moments bigint[], indices bigint[], amounts bigint[])
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT guardrails.take_sequencer();
    DELETE FROM guardrails.history;
    DELETE FROM guardrails.tally;
    SELECT guardrails.put_links(principals, keys, moments, indices, amounts);
$$;

CREATE FUNCTION put_checkpoint(over bigint, signed text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT guardrails.take_sequencer();
    INSERT INTO guardrails.checkpoint (size, note) VALUES (over, signed) ON CONFLICT (size, note) DO NOTHING;
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA guardrails FROM PUBLIC;
